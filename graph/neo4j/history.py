"""What was said and written when: versions and changes."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

from graph.batch import EdgeRef, NodeRef
from graph.errors import BadQuery
from graph.model import Version
from graph.neo4j import queries_find as find_cypher
from graph.neo4j import queries_history as cypher
from graph.neo4j import queries_write as write_cypher
from graph.neo4j.codec import noun_from_map
from graph.neo4j.sessions import Sessions
from graph.neo4j.tombstones import last_erasure
from graph.neo4j.transaction import Rows, Transaction
from graph.query import Change, Changes
from graph.reading.ordering import change_place, told

_RECENT = 500
"""Changes of one kind, and transactions, that one statement tells at most."""


def versions(
    sessions: Sessions,
    subjects: Sequence[str],
    *,
    true_at: int | None = None,
    known_at: int | None = None,
) -> list[list[Version]]:
    """What each subject was said to be, see ``GraphStore.versions``."""
    if not subjects:
        return []
    asked = list(dict.fromkeys(subjects))
    rows = sessions.stable_rows(find_cypher.VERSIONS, ids=asked, at=known_at)
    said: dict[str, list[Version]] = {}
    for subject, properties in rows:
        version = cast("Version", noun_from_map("Version", properties))
        said.setdefault(subject, []).append(version)
    return [told(said.get(subject, []), true_at) for subject in subjects]


def changes(sessions: Sessions, since: int, *, limit: int = 10_000) -> Changes:
    """What was written, closed or widened after ``since``, whole transactions."""
    if limit < 1:
        message = f"a limit of {limit} changes; there must be one at least"
        raise BadQuery(message)
    recent = _recent(sessions, since, limit)
    if recent is not None:
        return recent

    def work(transaction: Transaction) -> tuple[Rows, int, bool]:
        moment = transaction.one(write_cypher.MOMENT)
        last = moment[0] if moment else 0
        erased = last_erasure(transaction) > since
        if last <= since:
            return [], since, erased
        rows = _rows(transaction, cypher.changes(), since=since, most=limit + 1)
        if len(rows) <= limit:
            return rows, last, erased
        rows = _whole(transaction, rows[: limit + 1])
        return rows, rows[-1][0], erased

    rows, upto, erased = sessions.stable(work)
    return Changes(changes=_told(rows), upto=upto, erased=erased)


def _recent(sessions: Sessions, since: int, limit: int) -> Changes | None:
    """What changed, in one statement; None where that cannot tell all there is.

    Most often somebody follows the store closely, and what came since are records and
    who they are. Erasures are about something else.
    """
    rows = sessions.stable_rows(cypher.recent(), since=since, most=_RECENT)
    beside = {row[2]: (row[0], row[1]) for row in rows if row[3] is None}
    rows = sorted((row for row in rows if row[3]), key=lambda row: row[0])
    last, (batches, of_records) = beside[cypher.MOMENT][0], beside[cypher.BATCHES]
    of_a_kind = Counter((row[2], row[1]) for row in rows)
    if max((batches, *of_a_kind.values())) >= _RECENT or of_records < batches:
        return None
    if len(rows) <= limit:
        return Changes(changes=_told(rows), upto=max(last, since), erased=False)
    after = rows[limit][0]
    upto = after if rows[0][0] == after else after - 1
    found = [row for row in rows if row[0] <= upto]
    return Changes(changes=_told(found), upto=found[-1][0], erased=False)


def _told(rows: Rows) -> list[Change]:
    return sorted(map(_change, rows), key=change_place)


def _rows(transaction: Transaction, texts: tuple[str, ...], **values: int) -> Rows:
    """By seq; of those after the ``most``th some may be missing."""
    found = [row for text in texts for row in transaction.rows(text, **values)]
    return sorted(found, key=lambda row: row[0])


def _whole(transaction: Transaction, rows: Rows) -> Rows:
    """Without the last transaction, which may be cut; all of it if it is the only."""
    last = rows[-1][0]
    if rows[0][0] == last:
        return _rows(transaction, cypher.changes(one=True), since=last)
    return [row for row in rows if row[0] < last]


def _change(row: list[Any]) -> Change:
    seq, closed, name, node, other, key = row
    ref = NodeRef(name, node) if other is None else EdgeRef(name, node, other, key)
    return Change(seq=seq, ref=ref, closed=closed)
