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
    rows = sessions.stable_rows(cypher.HOLDERS, ids=once, limit=limit)
    found: dict[str, list[Holder]] = {}
    totals: dict[str, int] = {}
    for identifier, record, source, key, since, until, parties, total in rows:
        holder = Holder(
            record=cast("int", handle_of(record)),
            source=source,
            key=key,
            party=_likeliest(parties),
            first_seen=since,
            last_seen=until,
        )
        found.setdefault(identifier, []).append(holder)
        totals[identifier] = min(total, MAX_COUNTED)
    return [
        Holders(
            kind=kind,
            value=value,
            holders=found.get(one, []),
            total=totals.get(one, 0),
        )
        for one, (kind, value) in zip(asked, identifiers, strict=True)
    ]


def _likeliest(parties: list[list[Any]]) -> Named | None:
    """Of (probability, id, kind, name, values) the likeliest, then by smallest id."""
    if not parties:
        return None
    _, party, kind, name, values = min(parties, key=lambda p: (-(p[0] or 0.0), p[1]))
    return Named(party, kind, name, msgspec.Raw((values or "{}").encode()))


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
