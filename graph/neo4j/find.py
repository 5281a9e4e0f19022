"""Nodes by a declared index, by identifier and by words."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import msgspec

from graph import schema
from graph.columnar.keys import handle_of
from graph.ids import Ids
from graph.model import Noun
from graph.neo4j import queries_find as cypher
from graph.neo4j.codec import noun_from_map
from graph.neo4j.sessions import Sessions
from graph.neo4j.transaction import Rows
from graph.query import MAX_COUNTED, Find, Holder, Holders, Named, check_limit
from graph.reading.finding import Condition, Plan, plan
from graph.text import query_terms


def find(sessions: Sessions, query: Find) -> list[Noun]:
    """Current nodes of a label by a declared index, see ``GraphStore.find``."""
    asked = plan(query)
    if len(asked.pieces) == 1:
        return _page(sessions.stable_rows, query, asked)
    return sessions.stable(lambda transaction: _page(transaction.rows, query, asked))


def _page(rows_of: Callable[..., Rows], query: Find, asked: Plan) -> list[Noun]:
    found: list[Noun] = []
    order = "DESC" if query.descending else "ASC"
    for piece in asked.pieces:
        left = query.limit - len(found)
        if not left:
            break
        conditions = map(_text, piece.conditions)
        text = cypher.find(
            query.label, asked.within, query.attribute, *conditions, order=order
        )
        rows = rows_of(text, **asked.values, **piece.values, limit=left)
        found += [noun_from_map(query.label, row[0]) for row in rows]
    return found


def _text(condition: Condition) -> str:
    text = f"{{{condition.subject}}} {condition.sign}"
    return text if condition.parameter is None else f"{text} ${condition.parameter}"


def lookup(
    sessions: Sessions,
    ids: Ids,
    identifiers: Sequence[tuple[str, str]],
    *,
    limit: int = 100,
) -> list[Holders]:
    """Who has each identifier, see ``GraphStore.lookup``."""
    check_limit(limit)
    asked = [ids.identifier(kind, value) for kind, value in identifiers]
    once = list(dict.fromkeys(asked))
    [[told]] = sessions.stable_rows(cypher.HOLDERS, ids=once, limit=limit)
    found = {one: (_holders(held), total) for one, held, total in told}
    nobody: tuple[list[Holder], int] = [], 0
    return [
        Holders(kind=kind, value=value, holders=holders, total=min(total, MAX_COUNTED))
        for (kind, value), (holders, total) in zip(
            identifiers, (found.get(one, nobody) for one in asked), strict=True
        )
    ]


def _holders(held: list[list[Any]]) -> list[Holder]:
    """Holders by record id.

    Args:
        held: record's id, source and key, first and last seen, and of a party that it
            is of the probability, id, kind, name and values.
    """
    likeliest: dict[str, list[Any]] = {}
    for row in held:
        before = likeliest.setdefault(row[0], row)
        if _rank(row) < _rank(before):
            likeliest[row[0]] = row
    return [_holder(*row) for _, row in sorted(likeliest.items())]


def _rank(row: list[Any]) -> tuple[float, str]:
    return -(row[5] or 0.0), row[6] or ""


def _holder(record: str, *told: Any) -> Holder:  # noqa: ANN401 - of several types
    source, key, since, until, likely, party, kind, name, values = told
    raw = msgspec.Raw((values or "{}").encode())
    named = None if party is None else Named(party, kind, name, raw)
    handle = cast("int", handle_of(record))
    return Holder(handle, source, key, named, likely, since, until)


def search(
    sessions: Sessions,
    text: str,
    *,
    labels: Sequence[str] | None = None,
    limit: int = 20,
) -> list[Noun]:
    """Nodes that hold every word of a text, see ``GraphStore.search``.

    By id. A text without a word finds nothing.
    """
    check_limit(limit)
    wanted = [name for name in schema.labels() if schema.node_type(name).search]
    if labels is not None:
        chosen = {schema.node_type(label).label for label in labels}
        wanted = [name for name in wanted if name in chosen]
    terms = query_terms(text)
    if not terms or not wanted:
        return []
    # Words hold letters and digits only and are folded: none can be an operator.
    words = " AND ".join(f"({plain}* OR {key}*)" for plain, key in terms)
    rows = sessions.stable_rows(cypher.SEARCH, words=words, labels=wanted, limit=limit)
    return [noun_from_map(label, properties) for label, properties in rows]
