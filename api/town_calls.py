"""A town's calls with the truth behind them, and what a store says of their numbers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pyarrow.parquet as pq

from api.callers import claims_on
from api.typed import at_home
from graph.errors import BadSettings
from graph.ids import Ids
from graph.model import Record
from graph.schema import EdgeKind
from graph.store import GraphStore
from ingest.facts.times import micros
from ingest.sources.cdr import NAME as CALLS
from intelligence.evaluate.calls import Call, Foretold, Statement, foretold
from intelligence.identity.columns.records import person_name
from intelligence.identity.names.names import family_key

Person = Mapping[tuple[str, str], str]
"""Who a record is of, by source and key."""

_OWNER, _REGION = "default", "UA"
_HOLDERS = 1_000
_ASKED = 500
_FAMILY = 5


def town_calls(town: Path, store: GraphStore) -> tuple[list[Foretold], bool]:
    """Calls of a town, with what the store said of their numbers before.

    Calls that the store has not heard of are what it is there for: of each its answer
    is judged, mistakes about who is who included. Where it has heard all of them, each
    is foretold from what came before it, by the town's own truth about who is who.

    Args:
        town: folder that ``closeknit town`` wrote.
        store: into which its feeds were taken, all of them or up to some call.

    Returns:
        The calls, and whether the store had not heard of them.

    Raises:
        BadSettings: the folder has no truth.
    """
    truth = town / "truth"
    if not (truth / "calls.parquet").is_file():
        message = f"{town}: no town; `closeknit town --out {town}` writes one"
        raise BadSettings(message)
    rows = [
        one
        for one in _rows(truth / "calls.parquet")
        if one["number"] and one["person_id"]
    ]
    person = {
        (one["source"], one["key"]): one["person_id"]
        for one in _rows(truth / "records.parquet")
        if one["person_id"]
    }
    ids = Ids(store.namespace)
    known = store.get([ids.record(_OWNER, CALLS, one["uniqueid"]) for one in rows])
    late = [one for one, node in zip(rows, known, strict=True) if node is None]
    if late:
        return unheard(late, store, person), True
    return _heard(truth, rows, store, person), False


def unheard(
    rows: Sequence[Mapping[str, Any]], store: GraphStore, person: Person
) -> list[Foretold]:
    """What lookup says of the numbers of calls, and who it was.

    A party is who most of its records are of. Where two parties are one person, the one
    with more records counts.

    Args:
        rows: calls, with ``number`` and ``person_id``.
        store: that has not heard of them.
        person: of each record, by source and key.
    """
    found: list[Foretold] = []
    for begin in range(0, len(rows), _ASKED):
        some = rows[begin : begin + _ASKED]
        told = claims_on(store, [one["number"] for one in some], region=_REGION)
        parties = sorted({one.party.id for claims, _ in told for one in claims})
        of = _persons(store, parties, person)
        for row, (claims, known) in zip(some, told, strict=True):
            who = row["person_id"]
            right = [
                place for place, one in enumerate(claims) if of.get(one.party.id) == who
            ]
            came = max(right, key=lambda at: len(claims[at].holders), default=-1)
            if claims:
                found.append(Foretold(list(known.claims), came, known.home))
    return found


def _persons(
    store: GraphStore, parties: Sequence[str], person: Person
) -> dict[str, str]:
    """Who each party is: whom most of its records are of."""
    edges = store.edges(parties, [EdgeKind.OF], direction="in")
    nodes = store.get([edge.source for edge in edges])
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for edge, node in zip(edges, nodes, strict=True):
        if isinstance(node, Record) and (node.source, node.key) in person:
            votes[edge.target][person[node.source, node.key]] += 1
    return {party: count.most_common(1)[0][0] for party, count in votes.items()}


def _heard(
    truth: Path, rows: Sequence[Mapping[str, Any]], store: GraphStore, person: Person
) -> list[Foretold]:
    homes = at_home([one["number"] for one in rows])
    calls = [
        Call(one["number"], one["person_id"], micros(one["started_at"]), home)
        for one, home in zip(rows, homes, strict=True)
    ]
    family = {
        one["person_id"]: family_key(
            person_name({"name.full": [one["name_latin"]]})[1]
        )[:_FAMILY]
        for one in _rows(truth / "persons.parquet")
    }
    numbers = sorted({call.number for call in calls})
    return foretold(calls, list(_stated(store, numbers, person)), family)


def _rows(path: Path) -> list[dict[str, Any]]:
    table = cast("Any", pq).read_table(path)
    return cast("list[dict[str, Any]]", table.to_pylist())


def _stated(
    store: GraphStore, numbers: list[str], person: Person
) -> Iterable[Statement]:
    for begin in range(0, len(numbers), _ASKED):
        asked = [("phone", one) for one in numbers[begin : begin + _ASKED]]
        for one in store.lookup(asked, limit=_HOLDERS):
            for holder in one.holders:
                if holder.source is None or holder.source == CALLS:
                    continue
                who = person.get((holder.source, holder.key or ""))
                if who is not None:
                    yield Statement(one.value, who, holder.first_seen or 0)
