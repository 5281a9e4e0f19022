"""What was said and written when: versions and changes."""

from collections.abc import Sequence
from typing import Any, cast

from graph.batch import EdgeRef, NodeRef
from graph.errors import BadQuery
from graph.model import Version
from graph.neo4j import queries_find as find_cypher
from graph.neo4j import queries_history as cypher
from graph.neo4j import queries_write as write_cypher
from graph.neo4j.codec import noun_from_map
from graph.neo4j.sessions import Sessions, Transaction
from graph.neo4j.tombstones import last_erasure
from graph.ordering import change_place, told
from graph.query import Change, Changes

Rows = list[list[Any]]


def versions(
    sessions: Sessions,
    subjects: Sequence[str],
    *,
    true_at: int | None = None,
    known_at: int | None = None,
) -> list[list[Version]]:
    """What each subject was said to be, see ``GraphStore.versions``."""
    asked = list(dict.fromkeys(subjects))
    rows = sessions.stable(
        lambda t: t.rows(find_cypher.VERSIONS, ids=asked, at=known_at)
    )
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
    found = sorted(map(_change, rows), key=change_place)
    return Changes(changes=found, upto=upto, erased=erased)


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
