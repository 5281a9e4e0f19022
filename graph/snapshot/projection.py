"""Projection: which part of the graph a snapshot holds, and for what purpose.

Everybody who reads columns says what for. What marketing computes never sees fraud
evidence: a projection for marketing refuses fraud edges and labels by name, and
leaves out identifiers of ``schema.FRAUD_KINDS`` and the same attributes of versions.
"""

from collections.abc import Iterable

import msgspec

from graph import schema
from graph.errors import BadQuery
from graph.schema import Purpose, Room

FRAUD_LABELS = ("Alert", "Ring")
"""Labels that only a projection for fraud teams may hold."""

EDGE_COLUMNS = ("key", "weight", "since", "until", "attributes", "seq")
"""What an edge table may have beside ``source`` and ``target``."""

_ALLOWED = {
    Purpose.SHARED: {Purpose.SHARED},
    Purpose.MARKETING: {Purpose.SHARED, Purpose.MARKETING},
    Purpose.FRAUD: {Purpose.SHARED, Purpose.MARKETING, Purpose.FRAUD},
}


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A span of UTC microseconds: ``low`` included, ``high`` not; None is open.

    A node with ``observed_at`` outside is left out; one without a time is kept. An
    edge is kept when its ``since`` to ``until`` overlaps; a missing end is open.
    """

    low: int | None = None
    high: int | None = None

    @property
    def open(self) -> bool:
        """Nothing can be outside."""
        return self.low is None and self.high is None


class Projection(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the graph.

    Attributes:
        purpose: what it is read for. ``SHARED``: who is who and what both sides
            read, without fraud edges; ``MARKETING``: without all fraud evidence;
            ``FRAUD``: everything.
        labels: labels wanted; None for all facts, conclusions and decisions that the
            purpose allows.
        edges: edge types wanted; None for all that the purpose allows and that can
            join two of the labels.
        columns: declared attributes wanted by label; a label that is not named has
            all of them and ``more``. ``id`` and ``seq`` are always there.
        edge_columns: columns of edge tables beside ``source`` and ``target``, out of
            ``EDGE_COLUMNS``.
        window: time window.
        least: edges of a type below this weight are left out; those without a weight
            are kept.
        factors: what ``csr`` multiplies weights with, by edge type; else 1.
    """

    purpose: Purpose
    labels: tuple[str, ...] | None = None
    edges: tuple[str, ...] | None = None
    columns: dict[str, tuple[str, ...]] = {}
    edge_columns: tuple[str, ...] = ("weight", "since", "until")
    window: Window = Window()
    least: dict[str, float] = {}
    factors: dict[str, float] = {}

    def chosen_labels(self) -> tuple[str, ...]:
        """The labels it holds, in the schema's order.

        Raises:
            BadQuery: an unknown label, bookkeeping, or one the purpose forbids.
        """
        rooms = (Room.FACTS, Room.CONCLUSIONS, Room.DECISIONS)
        hidden = () if self.purpose is Purpose.FRAUD else FRAUD_LABELS
        allowed = [name for name in schema.labels(*rooms) if name not in hidden]
        if self.labels is None:
            return tuple(allowed)
        for name in self.labels:
            schema.node_type(name)
            if name not in allowed:
                message = f"label {name} is not for a projection of {self.purpose}"
                raise BadQuery(message)
        return tuple(name for name in allowed if name in self.labels)

    def chosen_edges(self) -> tuple[str, ...]:
        """The edge types it holds, in the schema's order.

        Raises:
            BadQuery: an unknown type, or one that the purpose forbids.
        """
        labels = self.chosen_labels()
        if self.edges is None:
            return tuple(
                kind
                for kind in schema.edge_kinds()
                if self._allows(kind) and _joins(kind, labels)
            )
        for kind in self.edges:
            if not self._allows(kind):
                message = f"edge type {kind} is not for a projection of {self.purpose}"
                raise BadQuery(message)
            if not _joins(kind, labels):
                message = f"edge type {kind} cannot join the labels of the projection"
                raise BadQuery(message)
        return tuple(kind for kind in schema.edge_kinds() if kind in self.edges)

    def check(self) -> None:
        """Refuse what is not declared.

        Raises:
            BadQuery: a label, edge type or column that is unknown or forbidden.
        """
        self.chosen_edges()
        for label, names in self.columns.items():
            known = {column.name for column in schema.columns(label)}
            _refuse_unknown(names, known, f"attribute of {label}")
        _refuse_unknown(self.edge_columns, EDGE_COLUMNS, "column of edges")
        for kind in (*self.least, *self.factors):
            schema.edge_type(kind)

    def hides_fraud(self) -> bool:
        """Identifiers and attributes of fraud kinds are left out."""
        return self.purpose is Purpose.MARKETING

    def _allows(self, kind: str) -> bool:
        return schema.edge_type(kind).purpose in _ALLOWED[self.purpose]


def _joins(kind: str, labels: tuple[str, ...]) -> bool:
    edge = schema.edge_type(kind)
    return any(name in labels for name in edge.sources) and any(
        name in labels for name in edge.targets
    )


def _refuse_unknown(names: Iterable[str], known: Iterable[str], what: str) -> None:
    for name in names:
        if name not in set(known):
            message = f"no {what} is called {name!r}; there are {', '.join(known)}"
            raise BadQuery(message)
