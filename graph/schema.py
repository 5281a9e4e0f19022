"""The schema as data: labels, edge types, keys, indexes and purposes.

Both engines are built from these tables. The columns of a label are the fields of
its noun in ``model.py`` or ``bookkeeping.py``; what is declared here is what cannot
be seen there: which attributes are indexed or searched, and what an edge may join.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from graph import bookkeeping, model
from graph.columns import Column, columns_of
from graph.errors import BadQuery
from graph.model import Noun

SCHEMA_VERSION = 1


class Room(StrEnum):
    """Which rule of writing a label or an edge type follows."""

    FACTS = "facts"  # written once
    CONCLUSIONS = "conclusions"  # versioned, closed ones kept apart
    DECISIONS = "decisions"  # written once, by people
    BOOKKEEPING = "bookkeeping"  # replaced in place


class Purpose(StrEnum):
    """What an edge may be used for. Marketing never reads fraud evidence."""

    SHARED = "shared"
    MARKETING = "marketing"
    FRAUD = "fraud"


@dataclass(frozen=True, slots=True)
class NodeType:
    """A label.

    Attributes:
        noun: the class of its nodes.
        room: the rule of writing.
        indexes: each a tuple of attributes; ``find`` fixes all but the last by
            equality and ranges and orders over the last, then over the id.
        search: attributes whose words are found by ``search``.
        caption: the attribute to show as the node's name.
    """

    noun: type[Noun]
    room: Room
    indexes: tuple[tuple[str, ...], ...] = ()
    search: tuple[str, ...] = ()
    caption: str | None = None

    @property
    def label(self) -> str:
        """The label's name."""
        return self.noun.__name__


@dataclass(frozen=True, slots=True)
class EdgeType:
    """A type of edge.

    Attributes:
        sources: labels it may leave.
        targets: labels it may enter.
        room: the rule of writing.
        purpose: what it may be used for.
        weight: what readers call the edge's ``weight``; None where it has none.
        since: what readers call ``since``.
        until: what readers call ``until``.
        widens: ``since`` and ``until`` grow by min and max on every write.
        in_view: takes part in the view hash.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    room: Room = Room.FACTS
    purpose: Purpose = Purpose.SHARED
    weight: str | None = None
    since: str | None = None
    until: str | None = None
    widens: bool = False
    in_view: bool = True


class EdgeKind(StrEnum):
    """Every type of edge there is."""

    HAS = "HAS"
    VERSION_OF = "VERSION_OF"
    BY = "BY"
    WITH = "WITH"
    REPLY_TO = "REPLY_TO"
    HANDLED_BY = "HANDLED_BY"
    ABOUT = "ABOUT"
    VIEWED = "VIEWED"
    AT = "AT"
    OF_PRODUCT = "OF_PRODUCT"
    RETURN_OF = "RETURN_OF"
    FROM = "FROM"
    TO = "TO"
    STATES = "STATES"
    OF = "OF"
    MEMBER_OF = "MEMBER_OF"
    WORKS_FOR = "WORKS_FOR"
    TIE = "TIE"
    FOR = "FOR"
    IN_RING = "IN_RING"
    MERGED_INTO = "MERGED_INTO"
    SAME_AS = "SAME_AS"
    DIFFERENT_FROM = "DIFFERENT_FROM"


_FACTS, _CONCLUSIONS = Room.FACTS, Room.CONCLUSIONS
_DECISIONS, _BOOKS = Room.DECISIONS, Room.BOOKKEEPING
_WHEN = (("observed_at",),)

NODES: dict[str, NodeType] = {
    node.label: node
    for node in (
        NodeType(model.Record, _FACTS, (("key",), ("source", "key")), (), "key"),
        NodeType(model.Version, _FACTS, _WHEN),
        NodeType(model.Identifier, _FACTS, (("value",),), (), "value"),
        NodeType(model.Visit, _FACTS, _WHEN, (), "kind"),
        NodeType(model.Interaction, _FACTS, _WHEN, (), "kind"),
        NodeType(model.Purchase, _FACTS, (*_WHEN, ("number",)), (), "number"),
        NodeType(model.Consent, _FACTS, _WHEN, (), "purpose"),
        NodeType(model.Transfer, _FACTS, _WHEN),
        NodeType(model.Product, _FACTS, (("key",),), ("key",), "key"),
        NodeType(model.Place, _FACTS, (("key",),), ("key",), "key"),
        NodeType(model.Agent, _FACTS, (("key",),), ("key",), "key"),
        NodeType(
            model.Party, _CONCLUSIONS, (("name",), ("kind", "name")), ("names",), "name"
        ),
        NodeType(model.Household, _CONCLUSIONS, (("name",),), ("name",), "name"),
        NodeType(model.Score, _CONCLUSIONS, (("kind", "value"),), (), "kind"),
        NodeType(
            model.Finding, _CONCLUSIONS, (("kind",), ("reason",), ("mood",)), (), "mood"
        ),
        NodeType(model.Alert, _CONCLUSIONS, (("kind", "severity"),), (), "kind"),
        NodeType(model.Ring, _CONCLUSIONS, (("score",),), ("name",), "name"),
        NodeType(model.Decision, _DECISIONS, (("at",), ("kind", "at")), (), "kind"),
        NodeType(bookkeeping.Run, _BOOKS, (("started_at",), ("kind", "started_at"))),
        NodeType(bookkeeping.Model, _BOOKS, (("created_at",), ("kind", "created_at"))),
        NodeType(bookkeeping.Job, _BOOKS, (("requested_at",), ("state",))),
        NodeType(bookkeeping.Reject, _BOOKS, (("feed", "line"), ("record",))),
        NodeType(bookkeeping.Setting, _BOOKS, (("name",),)),
        NodeType(bookkeeping.Tombstone, _BOOKS, (("mac",),)),
    )
}

_RECORD, _PARTY = ("Record",), ("Party",)

EDGES: dict[str, EdgeType] = {
    EdgeKind.HAS: EdgeType(
        _RECORD,
        ("Identifier",),
        since="first_seen",
        until="last_seen",
        widens=True,
    ),
    EdgeKind.VERSION_OF: EdgeType(
        ("Version",), ("Record", "Product", "Place", "Agent")
    ),
    EdgeKind.BY: EdgeType(("Visit", "Interaction", "Purchase", "Consent"), _RECORD),
    EdgeKind.WITH: EdgeType(("Interaction",), _RECORD),
    EdgeKind.REPLY_TO: EdgeType(("Interaction",), ("Interaction",)),
    EdgeKind.HANDLED_BY: EdgeType(("Interaction",), ("Agent",)),
    EdgeKind.ABOUT: EdgeType(("Interaction",), ("Product", "Visit", "Purchase")),
    EdgeKind.VIEWED: EdgeType(("Visit",), ("Product",), weight="times"),
    EdgeKind.AT: EdgeType(("Visit", "Purchase"), ("Place",)),
    EdgeKind.OF_PRODUCT: EdgeType(("Purchase",), ("Product",), weight="quantity"),
    EdgeKind.RETURN_OF: EdgeType(("Purchase",), ("Purchase",)),
    EdgeKind.FROM: EdgeType(("Transfer",), _RECORD),
    EdgeKind.TO: EdgeType(("Transfer",), _RECORD),
    EdgeKind.STATES: EdgeType(_RECORD, _RECORD, since="observed_at"),
    EdgeKind.OF: EdgeType(_RECORD, _PARTY, _CONCLUSIONS, weight="probability"),
    EdgeKind.MEMBER_OF: EdgeType(
        _PARTY, ("Household",), _CONCLUSIONS, weight="confidence"
    ),
    EdgeKind.WORKS_FOR: EdgeType(
        _PARTY,
        _PARTY,
        _CONCLUSIONS,
        weight="confidence",
        since="since",
        until="until",
    ),
    EdgeKind.TIE: EdgeType(
        _PARTY,
        _PARTY,
        _CONCLUSIONS,
        weight="strength",
        since="since",
        until="until",
    ),
    EdgeKind.FOR: EdgeType(
        ("Score", "Finding", "Alert"), ("Party", "Interaction"), _CONCLUSIONS
    ),
    EdgeKind.IN_RING: EdgeType(
        _PARTY, ("Ring",), _CONCLUSIONS, Purpose.FRAUD, weight="confidence"
    ),
    EdgeKind.MERGED_INTO: EdgeType(_PARTY, _PARTY, _CONCLUSIONS, in_view=False),
    EdgeKind.SAME_AS: EdgeType(_RECORD, _RECORD, _DECISIONS),
    EdgeKind.DIFFERENT_FROM: EdgeType(_RECORD, _RECORD, _DECISIONS),
}

FRAUD_KINDS = ("iban", "device")
"""Kinds of ``Identifier`` that are evidence for fraud teams only."""


@cache
def columns(label: str) -> tuple[Column, ...]:
    """The declared attributes of a label, see ``graph.columns``."""
    return columns_of(node_type(label).noun)


def node_type(label: str) -> NodeType:
    """The declaration of a label.

    Raises:
        BadQuery: there is no such label.
    """
    try:
        return NODES[label]
    except KeyError:
        message = f"no label {label!r}; there are {', '.join(NODES)}"
        raise BadQuery(message) from None


def edge_type(kind: str) -> EdgeType:
    """The declaration of an edge type.

    Raises:
        BadQuery: there is no such type.
    """
    try:
        return EDGES[kind]
    except KeyError:
        message = f"no edge type {kind!r}; there are {', '.join(EDGES)}"
        raise BadQuery(message) from None


def labels(*rooms: Room) -> list[str]:
    """The labels of some rooms, in the order of declaration; of all without any."""
    return [name for name, node in NODES.items() if not rooms or node.room in rooms]


def edge_kinds(*rooms: Room) -> list[str]:
    """The edge types of some rooms, in the order of declaration."""
    return [str(k) for k, edge in EDGES.items() if not rooms or edge.room in rooms]
