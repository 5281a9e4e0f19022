"""How nouns and edges lie in Neo4j, made from ``graph.schema``.

Every node that has an id has the label ``Entity``, whose ids are unique, and the label
of its noun; a party is a ``Person`` or an ``Organization`` too. An endpoint of an edge
that has not been written yet is an ``Entity`` and nothing else. Properties are the
declared attributes, ``more`` (JSON text), ``seq``; ``name``, where the noun has none,
is what it is shown as. JSON attributes are canonical JSON text, absent where empty.

A closed conclusion is a node of the label ``Party_PAST`` (without ``Entity``) or an
edge of the type ``TIE_PAST``, with ``seq_to`` beside the rest, so that everyday
traversals never meet it. The node of the id stays an ``Entity`` without another label;
its property ``was`` keeps the label, for edges of the past hang on it.

Edges have ``key`` where it is not empty, weight and times under their readable names
(``probability``, ``first_seen`` …), ``attributes`` (JSON text), ``run``, ``seq``, and
``HAS`` when widened ``seq_touched``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from graph import schema
from graph.schema import Room

ENTITY = "Entity"
PARTY_KINDS = {"person": "Person", "organization": "Organization"}
"""Second labels of a party, by its ``kind``."""

PAST = "_PAST"
SEARCH_INDEX = "closeknit_search"
WORDS = "search_words"
"""The property that holds the folded words of what is searched, apart by blanks."""

LINES = "from_lines"
"""Where a fact came from: numbers of ``line_mark``, ascending."""

_LINE_BITS = 40


@dataclass(frozen=True, slots=True)
class SchemaItem:
    """A constraint or an index: its name and the statement that makes it."""

    name: str
    text: str


def quoted(name: str) -> str:
    """An identifier of the schema as Cypher writes it."""
    return "`" + name.replace("`", "``") + "`"


def past(name: str) -> str:
    """The label or type of closed conclusions."""
    return name + PAST


def has_past(label: str) -> bool:
    """Whether nodes of a label are versioned."""
    return schema.node_type(label).room is Room.CONCLUSIONS


def edge_has_past(kind: str) -> bool:
    """Whether edges of a type are versioned."""
    return schema.edge_type(kind).room is Room.CONCLUSIONS


@cache
def stored_columns(label: str) -> tuple[str, ...]:
    """Properties of a label's nodes after ``id``, in the order of their codec.

    The declared attributes, ``more``, for conclusions ``run``, then ``seq``.
    """
    names = [*(column.name for column in schema.columns(label)), "more"]
    return (*names, "run", "seq") if has_past(label) else (*names, "seq")


@cache
def edge_columns(kind: str) -> tuple[str, ...]:
    """Properties of a type's edges, in the order of their codec.

    ``key``, weight, since and until under their readable names, ``attributes``,
    ``run``, ``seq``.
    """
    declared = schema.edge_type(kind)
    return (
        "key",
        declared.weight or "weight",
        declared.since or "since",
        declared.until or "until",
        "attributes",
        "run",
        "seq",
    )


def caption(label: str) -> str | None:
    """The attribute that is shown as ``name``; None where it is ``name`` itself."""
    attribute = schema.node_type(label).caption
    own = {column.name for column in schema.columns(label)}
    return None if "name" in own else attribute


def line_mark(feed: int, line: int) -> int:
    """A feed's code and a line as one number."""
    return feed << _LINE_BITS | line


def line_of(mark: int) -> tuple[int, int]:
    """The feed's code and the line of a ``line_mark``."""
    return mark >> _LINE_BITS, mark & ((1 << _LINE_BITS) - 1)


def items() -> Iterator[SchemaItem]:
    """Every constraint and index that the engine needs; constraints first."""
    yield from _constraints()
    for label in schema.labels():
        yield from _node_indexes(label)
    for kind in schema.edge_kinds():
        yield from _edge_indexes(kind)
    searched = "|".join(
        quoted(label) for label in schema.labels() if schema.node_type(label).search
    )
    yield SchemaItem(
        SEARCH_INDEX,
        f"CREATE FULLTEXT INDEX {SEARCH_INDEX} IF NOT EXISTS FOR (n:{searched})"
        f" ON EACH [n.{WORDS}] OPTIONS {{indexConfig: {{"
        "`fulltext.analyzer`: 'whitespace', `fulltext.eventually_consistent`: false}}",
    )


_OWN = (
    ("Closeknit", "name"),
    ("Batch", "seq"),
    ("Batch", "id"),
    ("Feed", "name"),
    ("Feed", "code"),
    ("Checkpoint", "feed"),
    ("Lease", "name"),
)
"""Labels of the store itself, and what is unique of them."""


def _constraints() -> Iterator[SchemaItem]:
    for label, attribute in ((ENTITY, "id"), *_OWN):
        name = f"closeknit_{label}_{attribute}"
        yield SchemaItem(
            name,
            f"CREATE CONSTRAINT {quoted(name)} IF NOT EXISTS FOR (n:{label})"
            f" REQUIRE n.{attribute} IS UNIQUE",
        )
    for label in schema.labels(Room.CONCLUSIONS):
        name = f"closeknit_{past(label)}"
        yield SchemaItem(
            name,
            f"CREATE CONSTRAINT {quoted(name)} IF NOT EXISTS"
            f" FOR (n:{quoted(past(label))}) REQUIRE (n.id, n.seq) IS UNIQUE",
        )
    yield _index("Batch", ("recorded_at",))


def _node_indexes(label: str) -> Iterator[SchemaItem]:
    for attributes in schema.node_type(label).indexes:
        yield _index(label, (*attributes, "id"))  # pages go by (attribute, id)
    yield _index(label, ("seq",))
    if has_past(label):
        yield _index(past(label), ("seq",))
        yield _index(past(label), ("seq_to",))


def _edge_indexes(kind: str) -> Iterator[SchemaItem]:
    yield _index(kind, ("seq",), edge=True)
    if schema.edge_type(kind).widens:
        yield _index(kind, ("seq_touched",), edge=True)
    if edge_has_past(kind):
        yield _index(past(kind), ("seq",), edge=True)
        yield _index(past(kind), ("seq_to",), edge=True)


def _index(name: str, attributes: tuple[str, ...], *, edge: bool = False) -> SchemaItem:
    title = "_".join(("closeknit", name, *attributes))
    listed = ", ".join(f"x.{quoted(attribute)}" for attribute in attributes)
    pattern = f"()-[x:{quoted(name)}]-()" if edge else f"(x:{quoted(name)})"
    return SchemaItem(
        title,
        f"CREATE INDEX {quoted(title)} IF NOT EXISTS FOR {pattern} ON ({listed})",
    )
