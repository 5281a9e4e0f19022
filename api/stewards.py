"""What stewards do, from texts that people type: references, bulk files, the list."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from api.cards import current_party
from graph.errors import BadFeed, BadQuery, CloseknitError, NotFound
from graph.ids import parse
from graph.model import Decision, Record
from graph.query import Find
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.parties.survivorship import Survivorship
from intelligence.identity.reviewing.decisions import Verdict, stands
from intelligence.jobs.deciding.deciding import decide, split_of, withdraw
from intelligence.jobs.deciding.ledger import Decided, Order, of_decision

COLUMNS = ("kind", "a", "b", "why", "by")
"""Of a bulk file; ``by`` may be missing. Several ids in one cell stand in blanks."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a line of a bulk file; all of it or nothing was written."""

    line: int
    done: Decided | None = None
    error: str | None = None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A decision in the list.

    ``state``: "stands" on at least one of its pairs, "overruled" by later ones on all
    of them, or "withdrawn".
    """

    id: str
    kind: str
    by: str
    at: int
    why: str
    state: Literal["stands", "overruled", "withdrawn"]
    left: list[str]
    right: list[str]


def record_of(store: GraphStore, text: str) -> str:
    """The id of a record from its id or from ``source:key``.

    Raises:
        NotFound: there is none, or the text names something else.
    """
    if (known := parse(text)) is not None:
        if isinstance(store.get([known])[0], Record):
            return known
    elif ":" in text:
        source, _, key = text.partition(":")
        query = Find(label="Record", attribute="key", within=(source,), equals=key)
        found = store.find(query)
        if len(found) == 1:
            return found[0].id
    message = "no record is called this; give its id or source:key (`show` lists both)"
    raise NotFound(message)


def records_of(store: GraphStore, text: str) -> tuple[str, ...]:
    """All records of the party that an id, or a record's ``source:key``, stands for."""
    known = parse(text) or record_of(store, text)
    party = current_party(store, known)
    owned = store.edges([party.id], [EdgeKind.OF], direction="in")
    return tuple(edge.source for edge in owned)


class Steward(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who decides on a store, by golden rules of the settings.

    What is decided with a ``key`` is decided once, however often it is asked for.
    """

    by: str
    why: str
    rules: Survivorship
    key: str = ""

    def pair(self, store: GraphStore, a: str, b: str, *, same: bool) -> Decided:
        """Two records are, or are not, of one party."""
        left, right = record_of(store, a), record_of(store, b)
        kind = "same" if same else "different"
        order = Order(kind, (left,), (right,), self.by, self.why, self.key)
        return decide(store, order, rules=self.rules)

    def merge(self, store: GraphStore, parties: Sequence[str]) -> Decided:
        """The first party and all others are one."""
        first, *others = (records_of(store, text) for text in parties)
        rest = tuple(sorted({one for group in others for one in group} - set(first)))
        if not rest:
            message = "merge needs two parties or more; these are one already"
            raise BadQuery(message)
        order = Order("merge", first, rest, self.by, self.why)
        return decide(store, order, rules=self.rules)

    def split(self, store: GraphStore, party: str, records: Sequence[str]) -> Decided:
        """Some records of a party are another party."""
        named = [record_of(store, text) for text in records]
        leaving, rest = split_of(store, named)
        if party and set(records_of(store, party)) != {*leaving, *rest}:
            message = "the records to split off are not of the party named"
            raise BadQuery(message)
        order = Order("split", leaving, rest, self.by, self.why)
        return decide(store, order, rules=self.rules)

    def withdraw(self, store: GraphStore, decision: str) -> Decided:
        """A decision counts as never made."""
        known = parse(decision) or ""
        return withdraw(
            store, known, by=self.by, why=self.why, key=self.key, rules=self.rules
        )


def bulk(store: GraphStore, path: Path, steward: Steward) -> Iterator[Line]:
    """Decide line by line; a line that is refused stops no other.

    Raises:
        BadFeed: the file is no CSV with the ``COLUMNS``.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = set(COLUMNS[:4]) - set(reader.fieldnames or ())
            if missing:
                message = f"{path}: no column {', '.join(sorted(missing))}"
                raise BadFeed(message)
            for row in reader:
                yield _line(store, reader.line_num, row, steward)
    except (UnicodeDecodeError, csv.Error) as error:
        message = f"{path}: not a CSV file in UTF-8: {error}"
        raise BadFeed(message) from error


def _line(
    store: GraphStore, number: int, row: dict[str, str | None], steward: Steward
) -> Line:
    kind, a, b, why, by = ((row.get(name) or "").strip() for name in COLUMNS)
    mine = msgspec.structs.replace(steward, by=by or steward.by, why=why or steward.why)
    try:
        return Line(line=number, done=_decided(store, mine, kind, (a, b)))
    except CloseknitError as error:
        return Line(line=number, error=str(error))


def _decided(
    store: GraphStore, steward: Steward, kind: str, sides: tuple[str, str]
) -> Decided:
    a, b = sides
    if kind in {"same", "different"}:
        return steward.pair(store, a, b, same=kind == "same")
    if kind == "merge":
        return steward.merge(store, [*a.split(), *b.split()])
    if kind == "split":
        return steward.split(store, b, a.split())
    if kind == "withdraw":
        return steward.withdraw(store, a)
    message = f"no decision is of kind {kind[:40]!r}; there are same, different, merge"
    raise BadQuery(message + ", split, withdraw")


def listed(store: GraphStore, limit: int) -> list[Listed]:
    """The latest decisions, the last one first."""
    query = Find(label="Decision", attribute="at", descending=True, limit=limit)
    found = [noun for noun in store.find(query) if isinstance(noun, Decision)]
    return [_listed(store, noun) for noun in found]


def _listed(store: GraphStore, noun: Decision) -> Listed:
    verdicts = of_decision(store, noun).verdicts
    sides = next((v for v in verdicts if v.id == noun.id), None)
    return Listed(
        id=noun.id,
        kind=noun.kind,
        by=noun.by,
        at=noun.at,
        why=noun.why,
        state=_state(verdicts, noun),
        left=list(sides.left) if sides else [],
        right=list(sides.right) if sides else [],
    )


def _state(
    verdicts: Sequence[Verdict], noun: Decision
) -> Literal["stands", "overruled", "withdrawn"]:
    taken = {v.withdraws for v in verdicts if v.withdraws and _holds(verdicts, v.id)}
    if noun.id in taken:
        return "withdrawn"
    mine = next((v for v in verdicts if v.id == noun.id), None)
    if mine is None or mine.withdraws:
        return "stands"
    held = {verdict.id for verdict in stands(verdicts).values()}
    return "stands" if noun.id in held else "overruled"


def _holds(verdicts: Sequence[Verdict], key: str) -> bool:
    """Whether a withdrawal was not taken back itself, the latest first."""
    later = [v for v in verdicts if v.withdraws == key]
    return not any(_holds(verdicts, one.id) for one in later)
