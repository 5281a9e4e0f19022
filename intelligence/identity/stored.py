"""Who is who in a store, by weighed evidence: a snapshot as the engine's table."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from graph.model import Texts
from graph.progress import Progress, silent
from graph.schema import FRAUD_KINDS
from graph.snapshot import Snapshot
from intelligence.arrays import Floats, Ints, codes, listed
from intelligence.identity import engine
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.clustering.labels import renumbered
from intelligence.identity.columns import records
from intelligence.identity.columns.records import Records
from intelligence.identity.columns.table import Column, RecordTable, sorted_rows
from intelligence.identity.reviewing import decisions
from intelligence.identity.reviewing.doubts import Doubts
from intelligence.identity.reviewing.stakes import Spent, stakes
from intelligence.identity.weights.fit import Levels
from intelligence.tables import ends, texts

ACCOUNT = "account"
"""What one source gives to one party: accounts, loyalty cards, handles, cookies."""

_SPOKEN = {"email": "email", "phone": "phone"}
_NATIONAL = {"tax": "tax_id", "document": "document"}
COOKIE = ":cookie"
"""Ends the kinds of identifiers that name a browser."""

_UNREAD = frozenset({*FRAUD_KINDS, "cookie", "handle"})


@dataclass(frozen=True)
class Weighed:
    """A resolution by weights, the model that holds them, and what it doubts.

    Attributes:
        records: the records, as columns.
        cluster: of each record: the least row of its party, shape (n,).
        probability: that the record belongs to its party, 0 to 1; 1 for a party of
            one and where people decided.
        compared: pairs that were compared.
        model: bytes of the model.
        notes: what was assumed rather than learned.
        doubts: pairs worth a question; None where none were looked for.
        levels: how pairs of one party compared; None where that was not asked for.
    """

    records: Records
    cluster: Ints
    probability: Floats
    compared: int
    model: bytes
    notes: list[str]
    doubts: Doubts | None = None
    levels: Levels | None = None


def weigh(
    snapshot: Snapshot,
    *,
    secret: bytes,
    model: bytes | None = None,
    spent: Spent | None = None,
    progress: Progress = silent,
) -> Weighed:
    """Find which records are of one party.

    Args:
        snapshot: must hold what ``records.PROJECTION`` asks for.
        secret: key of the hashes in models.
        model: to weigh by; None: learned from the snapshot.
        spent: what records bought; with it, the questions worth asking are found.
        progress: told how far it is.

    The engine sees the records by key and source, as it sees those of a table: what it
    finds hangs on neither the ids nor the order of arrival.
    """
    found = records.read(snapshot)
    stands = decisions.standing(snapshot)
    order = _by_key(snapshot)
    place = np.argsort(order)
    made = engine.resolve(
        table_of(snapshot, found).taken(order),
        decided=engine.Decided(
            _moved(stands.same, place), _moved(stands.different, place)
        ),
        model=model,
        settings=engine.Settings(secret=secret),
        stakes=None if spent is None else stakes(len(found), spent)[order],
        progress=progress,
    )
    return Weighed(
        found,
        renumbered(order[made.cluster[place]]),
        made.probability[place],
        made.report.compared,
        made.model,
        made.report.notes,
        made.doubts,
        made.levels,
    )


def table_of(snapshot: Snapshot, found: Records) -> RecordTable:
    """What the records were said to be and hold, the latest first.

    Evidence for fraud teams takes no part.

    Args:
        snapshot: holds what ``records.PROJECTION`` asks for.
        found: read from it.
    """
    values = {n: c for n, c in found.values.items() if n not in _UNREAD}
    for name, held in _held(snapshot).items():
        values[name] = _joined(values.get(name), held)
    source, _ = codes(found.sources)
    return RecordTable(
        ids=found.ids,
        source=source,
        organization=found.organization,
        values={n: c for n, c in sorted(values.items()) if len(c.code)},
    )


def attribute(kind: str, value: str) -> tuple[str, str] | None:
    """What an identifier says: an attribute and its text; None for no evidence."""
    scope, _, name = kind.rpartition(":")
    if not scope:
        return (_SPOKEN[kind], value) if kind in _SPOKEN else None
    if name in _NATIONAL:
        return _NATIONAL[name], value
    return ACCOUNT, f"{kind} {value}"


def said_with(said: Texts, held: Iterable[tuple[str, str]]) -> Texts:
    """What one record says and holds, as ``table_of`` lays it out in columns.

    Args:
        said: by ``records.merged``.
        held: (kind, value) of its identifiers, without cookies that it alone holds.
    """
    found = {name: list(told) for name, told in said.items() if name not in _UNREAD}
    told = [one for pair in held if (one := attribute(*pair)) is not None]
    for name, text in sorted(told):
        values = found.setdefault(name, [])
        if text not in values:
            values.append(text)
    return found


def _held(snapshot: Snapshot) -> dict[str, Column]:
    """The identifiers that records hold, as attributes.

    A browser's cookie that one record alone holds is but that record's own key: left
    out, else ten thousand visitors would look like records that match nobody.
    """
    known = snapshot.nodes("Identifier")
    kinds, values = texts(known, "kind"), texts(known, "value")
    record, identifier = ends(snapshot.between("HAS", "Record", "Identifier"))
    holders = listed(np.bincount(identifier, minlength=len(kinds)))
    places: dict[str, dict[int, str]] = {}
    for place, (kind, value) in enumerate(zip(kinds, values, strict=True)):
        said = attribute(kind, value)
        if said and (holders[place] > 1 or not kind.endswith(COOKIE)):
            places.setdefault(said[0], {})[place] = said[1]
    return {
        name: _column(record, identifier, of) for name, of in sorted(places.items())
    }


def _column(record: Ints, identifier: Ints, of: dict[int, str]) -> Column:
    """Who holds some identifiers; of a record in the order of their texts."""
    texts_ = sorted(set(of.values()))
    number = {text: code for code, text in enumerate(texts_)}
    code_of = np.full(int(identifier.max(initial=-1)) + 1, -1, dtype=np.int64)
    held = [place for place in of if place < len(code_of)]
    code_of[held] = [number[of[place]] for place in held]
    code = code_of[identifier]
    kept = np.flatnonzero(code >= 0)
    order = kept[np.lexsort((code[kept], record[kept]))]
    return Column(record[order], code[order], texts_).firsts()


def _joined(first: Column | None, then: Column) -> Column:
    """What records say of an attribute, and after it what they hold."""
    if first is None:
        return then
    number = {text: code for code, text in enumerate(first.texts)}
    new = np.array(
        [number.setdefault(text, len(number)) for text in then.texts], dtype=np.int64
    )
    owner = np.concatenate([first.owner, then.owner])
    code = np.concatenate([first.code, new[then.code]])
    order = np.argsort(owner, kind="stable")
    return Column(owner[order], code[order], list(number)).firsts()


def _moved(pairs: Pairs, place: Ints) -> Pairs:
    return Pairs(place[pairs.left], place[pairs.right])


def _by_key(snapshot: Snapshot) -> Ints:
    """The records by key and source."""
    return sorted_rows(cast("Any", snapshot.nodes("Record")).select(["key", "source"]))
