"""Nodes by id."""

from collections.abc import Sequence

from graph.model import Noun
from graph.sqlite.reading import Reading, fetch, registered


def seen(reading: Reading, ids: Sequence[str]) -> set[str]:
    """Which ids the store has ever seen, as nodes or only as ends of edges."""
    with reading.connections.read() as connection:
        return set(registered(connection, ids))


def get(
    reading: Reading, ids: Sequence[str], *, at: int | None = None
) -> list[Noun | None]:
    """Nodes of any label by id, see ``GraphStore.get``."""
    with reading.connections.read() as connection:
        known = registered(connection, ids)
        nodes = fetch(reading, connection, dict(known.values()), at)
    return [nodes.get(known[text][0]) if text in known else None for text in ids]
