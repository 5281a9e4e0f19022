"""The edges among some nodes."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from graph.model import Edge, Noun
from graph.sqlite import queries_walk as sql
from graph.sqlite.reading import Reading, as_parameter
from graph.sqlite.rows import edge_between
from graph.sqlite.spread import Walk, possible

_SEEK_FACTOR = 4  # looking one member up costs about as much as reading four edges


def edges_among(
    reading: Reading,
    connection: sqlite3.Connection,
    walk: Walk,
    nodes: Mapping[int, Noun],
    labels: Mapping[int, int],
) -> list[Edge]:
    """Edges of the walked types between nodes, by (type, source, target, key).

    Args:
        reading: the store.
        connection: in a read transaction.
        walk: which types, and the watermark.
        nodes: by handle.
        labels: label's code of each node, by handle.
    """
    found: list[Edge] = []
    names = reading.codes.edge_name
    values: dict[str, Any] = {"members": as_parameter(nodes), "at": walk.at}
    values["most"] = _SEEK_FACTOR * len(nodes)
    by_label: dict[int, list[int]] = {}
    for handle in nodes:
        by_label.setdefault(labels[handle], []).append(handle)
    for label, handles in by_label.items():
        for past, types in ((False, walk.current), (True, walk.past)):
            wanted = possible(reading.codes, label, "source", types)
            if not wanted:
                continue
            listed = as_parameter(wanted)
            asked = values | {"handles": as_parameter(handles), "types": listed}
            rows = connection.execute(sql.crowded(past=past), asked)
            many = {row[0] for row in rows}
            few = [handle for handle in handles if handle not in many]
            for seek, sources in ((False, few), (True, many)):
                if not sources:
                    continue
                text = sql.edges_among(known=walk.at is not None, past=past, seek=seek)
                asked = values | {"handles": as_parameter(sources), "types": listed}
                found += [
                    edge_between(names, row, nodes[row[1]].id, nodes[row[2]].id)
                    for row in connection.execute(text, asked)
                ]
    found.sort(key=lambda edge: (edge.type, edge.source, edge.target, edge.key))
    return found
