"""What every reading verb needs: connections, codes, and nodes by handle."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from graph.columnar.keys import handle_of
from graph.ids import Ids
from graph.model import Noun
from graph.sqlite import queries_read as sql
from graph.sqlite.codes import Codes
from graph.sqlite.open import Connections
from graph.sqlite.readers import Readers
from graph.sqlite.rows import noun_from_row
from graph.sqlite.tables import has_past


@dataclass(frozen=True, slots=True)
class Reading:
    """One store, as its reading verbs see it.

    Attributes:
        connections: for nouns and edges.
        readers: for columns.
        codes: of labels and edge types.
        ids: makes the store's ids.
    """

    connections: Connections
    readers: Readers
    codes: Codes
    ids: Ids


def as_parameter(handles: Iterable[int | tuple[int, ...]]) -> str:
    """Handles, or tuples of numbers, as the one parameter of a statement."""
    return msgspec.json.encode(list(handles)).decode()


def registered(
    connection: sqlite3.Connection, ids: Sequence[str]
) -> dict[str, tuple[int, int | None]]:
    """Handle and label's code of each id that the store has ever seen.

    The code is None for an endpoint of edges that is no node yet.
    """
    asked = {handle: text for text in ids if (handle := handle_of(text)) is not None}
    found = connection.execute(sql.REGISTERED, {"handles": as_parameter(asked)})
    # Another id with the same handle is another thing, however unlikely.
    return {
        asked[handle]: (handle, label)
        for handle, node_id, label in found
        if node_id.hex() == asked[handle]
    }


def labels_of(connection: sqlite3.Connection, handles: Sequence[int]) -> dict[int, int]:
    """Label's code of those handles that are nodes and not only ends of edges."""
    found = connection.execute(sql.REGISTERED, {"handles": as_parameter(handles)})
    return {handle: label for handle, _, label in found if label is not None}


def fetch(
    reading: Reading,
    connection: sqlite3.Connection,
    handles: Mapping[int, int | None],
    at: int | None = None,
) -> dict[int, Noun]:
    """Nodes by handle, as known at a watermark.

    Args:
        reading: the store.
        connection: in a read transaction.
        handles: each with its label's code; those without one are no nodes.
        at: the watermark; None is now.
    """
    by_label: dict[int, list[int]] = {}
    for handle, code in handles.items():
        if code is not None:
            by_label.setdefault(code, []).append(handle)
    found: dict[int, Noun] = {}
    for code, members in by_label.items():
        label = reading.codes.label_name[code]
        found.update(_of_label(connection, label, members, at))
    return found


def _of_label(
    connection: sqlite3.Connection, label: str, handles: list[int], at: int | None
) -> dict[int, Noun]:
    values = {"handles": as_parameter(handles), "at": at}
    rows = connection.execute(sql.nodes(label, known=at is not None), values)
    found = {row[0]: noun_from_row(label, row[1:]) for row in rows}
    if at is not None and has_past(label):
        for row in connection.execute(sql.past_nodes(label), values):
            found[row[0]] = noun_from_row(label, row[1:], past=True)
    return found
