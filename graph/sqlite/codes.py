"""Small integers that stand for labels and edge types in the tables."""

import sqlite3
from dataclasses import dataclass
from typing import Self

from graph import schema
from graph.sqlite import queries_write as sql


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of one store; they never change once given.

    Attributes:
        label: code of each label.
        label_name: label of each code.
        edge: code of each edge type.
        edge_name: edge type of each code.
    """

    label: dict[str, int]
    label_name: dict[int, str]
    edge: dict[str, int]
    edge_name: dict[int, str]

    @classmethod
    def load(cls, connection: sqlite3.Connection) -> Self:
        """Read them from a store."""
        found: dict[str, dict[str, int]] = {"label": {}, "edge": {}}
        for kind, code, name in connection.execute(sql.CODES):
            found[kind][name] = code
        label, edge = found["label"], found["edge"]
        return cls(
            label,
            {code: name for name, code in label.items()},
            edge,
            {code: name for name, code in edge.items()},
        )


def extend(connection: sqlite3.Connection) -> None:
    """Give codes to the labels and edge types that have none, after the last ones."""
    for kind, names in (("label", schema.labels()), ("edge", schema.edge_kinds())):
        for name in names:
            connection.execute(sql.ADD_CODE, {"kind": kind, "name": name})
