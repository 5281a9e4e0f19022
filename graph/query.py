"""What is asked of a store and what it answers, beside nouns and edges."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from graph.batch import EdgeRef, NodeRef
from graph.errors import BadQuery
from graph.model import Edge, Noun

Direction = Literal["out", "in", "both"]
MAX_LIMIT = 1_000
"""The most nodes that one question gives."""

MAX_HOPS = 4
"""Of a neighbourhood."""
MAX_LENGTH = 8
"""Of a path, in edges."""
MAX_COUNTED = 10_000
"""Holders of an identifier are counted up to here."""


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What engines may differ in.

    Attributes:
        engine: its name, for people.
        reads_on_event_loop: point reads are short enough for an async handler.
        batch_rows: rows a transaction that is alone with the store.
        shared_batch_rows: rows a transaction while others write.
        raw_queries: analysts may send read-only text of the engine's language.
    """

    engine: str
    reads_on_event_loop: bool
    batch_rows: int
    shared_batch_rows: int
    raw_queries: bool = False


class Find(msgspec.Struct, frozen=True, kw_only=True):
    """Nodes of a label by one declared index, ordered by (attribute, id).

    Attributes:
        label: the label.
        attribute: the last attribute of a declared index.
        within: values of the index's earlier attributes, in its order.
        equals: the attribute's value.
        among: values one of which it has; as many as travel in one question.
        low: the least value, included.
        high: the greatest value, included.
        descending: order from the greatest down (ids too).
        after: (value, id) of the last node of the page before.
        limit: 1 to ``MAX_LIMIT``.

    Nodes without a value of the attribute are never found.
    """

    label: str
    attribute: str
    within: tuple[str | int | float, ...] = ()
    equals: str | int | float | None = None
    among: tuple[str | int | float, ...] | None = None
    low: str | int | float | None = None
    high: str | int | float | None = None
    descending: bool = False
    after: tuple[str | int | float, str] | None = None
    limit: int = 100


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """Asks for a neighbourhood.

    Attributes:
        start: ids to start from.
        hops: 1 to 4.
        edges: edge types to walk; None walks all.
        direction: along, against or both ways.
        limit: nodes at most, the start included, 1 to ``MAX_LIMIT``.
        at: watermark.
    """

    start: tuple[str, ...]
    hops: int = 1
    edges: tuple[str, ...] | None = None
    direction: Direction = "both"
    limit: int = 200
    at: int | None = None


class Neighbourhood(msgspec.Struct, frozen=True, kw_only=True):
    """Nodes by (hop, id), and every walked edge between two of them.

    Attributes:
        nodes: the start first; absent nodes are left out.
        hops: of each node.
        edges: by (type, source, target, key).
        truncated: the limit left nodes out.
    """

    nodes: list[Noun]
    hops: list[int]
    edges: list[Edge]
    truncated: bool


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """A walk between two nodes without a node twice: n nodes, n - 1 edges."""

    nodes: list[Noun]
    edges: list[Edge]


class Named(msgspec.Struct, frozen=True, gc=False):
    """A party as a caller is told of it.

    ``values`` are its golden attributes, ``Texts`` as JSON: of a thousand parties few
    are read, and of those their names only.
    """

    id: str
    kind: str
    name: str
    values: msgspec.Raw


class Holder(msgspec.Struct, frozen=True, gc=False):
    """A record that has an identifier, and the party it is of, if resolved.

    Attributes:
        record: its integer key, ``graph.columnar.keys.handle_of`` of its id.
        source: of the record; None where it is no node yet.
        key: of the record; None where it is no node yet.
        party: the likeliest.
        probability: that it is of the party; None where nobody said so.
        first_seen: of the identifier with it.
        last_seen: of the identifier with it.
    """

    record: int
    source: str | None
    key: str | None
    party: Named | None
    probability: float | None
    first_seen: int | None
    last_seen: int | None


class Holders(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who has one identifier: by record id.

    ``total`` counts all of them up to ``MAX_COUNTED``, so that a hub is quick too.
    """

    kind: str
    value: str
    holders: list[Holder]
    total: int


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Current nodes by label and edges by type, closed ones, and the last seq."""

    nodes: dict[str, int]
    edges: dict[str, int]
    past_nodes: dict[str, int]
    past_edges: dict[str, int]
    seq: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Something written or closed since a watermark.

    ``closed`` is False for what was opened, written, replaced or widened.
    """

    seq: int
    ref: NodeRef | EdgeRef
    closed: bool


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Changes by (seq, closed first, nodes first, id); whole transactions only.

    ``upto`` is the seq to ask from next; ``erased`` tells that an erasure or a
    rewriting (``graph.rewriting``) took place after ``since``: what was derived before
    it must be made anew.
    """

    changes: list[Change]
    upto: int
    erased: bool


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """What to read as columns.

    Attributes:
        at: watermark; None is the last seq when the scan begins.
        columns: declared attributes wanted; None for all of them.
        past: conclusions that were closed by ``at`` too, with their ``seq_to``.
        ordered: by id (edges: source id, target id, key), then by seq.
        batch_rows: rows of an Arrow batch at most.
    """

    at: int | None = None
    columns: tuple[str, ...] | None = None
    past: bool = False
    ordered: bool = False
    batch_rows: int = 65_536


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure removed."""

    records: int
    nodes: int
    edges: int
    seq: int


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """What a raw query found.

    Attributes:
        columns: their names.
        rows: values as JSON has them: a node is an object of ``labels`` and
            ``properties``, an edge of ``type`` and ``properties``, a path a list.
        truncated: there are more rows than were asked for.
    """

    columns: list[str]
    rows: list[list[Any]]
    truncated: bool


def check_limit(limit: int, most: int = MAX_LIMIT) -> None:
    """Refuse a limit out of range.

    Raises:
        BadQuery: it is not within 1 to ``most``.
    """
    if not 1 <= limit <= most:
        message = f"a limit of {limit}; it must be within 1 and {most}"
        raise BadQuery(message)


def check_hops(hops: int) -> None:
    """Refuse a neighbourhood that is too wide.

    Raises:
        BadQuery: it is not within 1 to ``MAX_HOPS``.
    """
    if not 1 <= hops <= MAX_HOPS:
        message = f"{hops} hops; a neighbourhood has 1 to {MAX_HOPS}"
        raise BadQuery(message)


def check_length(max_length: int) -> None:
    """Refuse paths that are too long.

    Raises:
        BadQuery: their length is not within 1 to ``MAX_LENGTH``.
    """
    if not 1 <= max_length <= MAX_LENGTH:
        message = f"a max_length of {max_length}; it must be within 1 and {MAX_LENGTH}"
        raise BadQuery(message)


def check_scan(name: str, scan: Scan, declared: Sequence[str]) -> None:
    """Refuse a scan of no rows, or of columns that there are not.

    Args:
        name: what is scanned.
        scan: how.
        declared: the columns that there are.

    Raises:
        BadQuery: it is one of these.
    """
    if scan.batch_rows < 1:
        message = f"batches of {scan.batch_rows} rows; there must be one row at least"
        raise BadQuery(message)
    unknown = sorted(set(scan.columns or ()) - set(declared))
    if unknown:
        message = (
            f"a scan of {name} has no columns {', '.join(unknown)}; "
            f"there are: {', '.join(declared) or 'none to choose from'}"
        )
        raise BadQuery(message)
