"""Nodes by id."""

from collections.abc import Sequence
from typing import Any

from graph.model import Noun
from graph.neo4j import queries_read as cypher
from graph.neo4j.codec import noun_from_map
from graph.neo4j.layout import has_past
from graph.neo4j.queries_write import LABELS
from graph.neo4j.sessions import Sessions
from graph.neo4j.transaction import Rows, Transaction


def get(
    sessions: Sessions, ids: Sequence[str], *, at: int | None = None
) -> list[Noun | None]:
    """Nodes of any label by id, see ``GraphStore.get``."""
    if not ids:
        return []
    rows = sessions.stable_rows(cypher.NODES, **_asked(ids))
    found, earlier = _current(rows, at)
    if earlier:
        found = sessions.stable(lambda transaction: fetch(transaction, ids, at))
    return [found.get(one) for one in ids]


def fetch(
    transaction: Transaction, ids: Sequence[str], at: int | None = None
) -> dict[str, Noun]:
    """Nodes by id, as known at a watermark; those that are none are left out."""
    found, earlier = _current(transaction.rows(cypher.NODES, **_asked(ids)), at)
    for label, members in earlier.items():
        found |= _past(transaction, label, members, at)
    return found


def _asked(ids: Sequence[str]) -> dict[str, Any]:
    return {"ids": list(dict.fromkeys(ids)), "labels": LABELS}


def _current(
    rows: Rows, at: int | None
) -> tuple[dict[str, Noun], dict[str, list[str]]]:
    """Nodes that are now as they were then, and ids by label of those that may not."""
    found: dict[str, Noun] = {}
    earlier: dict[str, list[str]] = {}
    for label, properties in rows:
        name = label or properties.get("was")
        if name is None:
            continue
        if label and (at is None or properties["seq"] <= at):
            found[properties["id"]] = noun_from_map(label, properties)
        elif at is not None and has_past(name):
            earlier.setdefault(name, []).append(properties["id"])
    return found, earlier


def _past(
    transaction: Transaction, label: str, ids: list[str], at: int | None
) -> dict[str, Noun]:
    rows: list[list[dict[str, Any]]]
    rows = transaction.rows(cypher.past_nodes(label), ids=ids, at=at)
    return {row[0]["id"]: noun_from_map(label, row[0]) for row in rows}
