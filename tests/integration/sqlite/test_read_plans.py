"""How SQLite goes about each reading statement: by an index, and without sorting."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing

import pytest

from graph import schema
from graph.columnar import arrow
from graph.columns import ColumnType
from graph.connect import connect
from graph.query import Find
from graph.reading import finding
from graph.schema import Room
from graph.sqlite import queries_history as history
from graph.sqlite import queries_read as read
from graph.sqlite import queries_scan as scans
from graph.sqlite import queries_walk as walk
from graph.sqlite.find import _text as condition_text
from graph.sqlite.queries_erase import LAST_ERASURE
from tests.support.graphs import Maker, batch, edge

SORT = "USE TEMP B-TREE"
ENDS: tuple[read.End, ...] = ("source", "target")
VERSIONED = schema.labels(Room.CONCLUSIONS)
BY_END = {
    "source": "PRIMARY KEY (type=? AND source=?",
    "target": "(target=? AND type=?",
}


@pytest.fixture(scope="module")
def connection(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[sqlite3.Connection]:
    """The tables of a store, without statistics, as stores are."""
    path = tmp_path_factory.mktemp("plans") / "graph.db"
    connect(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path, isolation_level=None)) as opened:
        yield opened


@pytest.fixture(scope="module")
def misled(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[sqlite3.Connection]:
    """A store with statistics that speak for the wrong end of edges."""
    path = tmp_path_factory.mktemp("misled") / "graph.db"
    with connect(f"sqlite:///{path}") as store:
        make = Maker(store.namespace)
        records = [make.record(str(n)) for n in range(500)]
        phone = make.identifier("1")
        held = [edge("HAS", record, phone) for record in records]
        store.apply(batch("some", records, phone, held))
    with closing(sqlite3.connect(path, isolation_level=None)) as opened:
        opened.execute("ANALYZE")
        yield opened


def plan(connection: sqlite3.Connection, text: str) -> list[str]:
    """What SQLite would do, step by step."""
    numbers = len(set(re.findall(r"\?\d", text)))
    values = (1,) * numbers if numbers else defaultdict(lambda: "[]")
    rows = connection.execute(f"EXPLAIN QUERY PLAN {text}", values)
    return [row[3] for row in rows]


def scanned(steps: list[str]) -> list[str]:
    """Tables and indexes that are read from end to end."""
    routines = {step.removeprefix("CO-ROUTINE ") for step in steps}
    whole = [step for step in steps if step.startswith("SCAN ")]
    whole = [step for step in whole if step.removeprefix("SCAN ") not in routines]
    ours = re.compile(r"VIRTUAL TABLE|SCAN \(subquery|SCAN c$|CONSTANT ROW")
    return [step for step in whole if not ours.search(step)]


POINT_READS = {
    "registered": read.REGISTERED,
    "holders": read.HOLDERS,
    "parties by name": read.NAMED,
    "holders, total": read.HOLDERS_TOTAL,
    "last seq": read.LAST_SEQ,
    "seq at": read.SEQ_AT,
    "batches": read.BATCHES,
    "checkpoint": read.CHECKPOINT,
    "live types": walk.LIVE_TYPES,
    "live types of the past": walk.LIVE_PAST_TYPES,
    "provenance": history.PROVENANCE,
    "versions": history.VERSIONS,
    "search": history.SEARCH,
    "last erasure": LAST_ERASURE,
    "changes": history.changes(),
    "changes of one": history.changes(one=True),
    "crowded": walk.crowded(past=False),
    "crowded in the past": walk.crowded(past=True),
    **{
        f"nodes {label} {known}": read.nodes(label, known=known)
        for label in schema.NODES
        for known in (False, True)
    },
    **{f"past nodes {label}": read.past_nodes(label) for label in VERSIONED},
    **{
        f"edges among, {known} {past} {seek}": walk.edges_among(
            known=known, past=past, seek=seek
        )
        for known, past in ((False, False), (True, False), (True, True))
        for seek in (False, True)
    },
}


@pytest.mark.parametrize("text", POINT_READS.values(), ids=POINT_READS.keys())
def test_nothing_is_read_from_end_to_end(
    connection: sqlite3.Connection, text: str
) -> None:
    assert scanned(plan(connection, text)) == []


FROM_ENDS = {
    (name, end, *flags.values()): (end, text(end, **flags))
    for end in ENDS
    for name, text, options in (
        ("edges", read.edges, [{"known": False}, {"known": True}]),
        ("past edges", read.past_edges, [{}]),
        *(
            (name, text, [{"known": k, "past": p} for k, p in ((0, 0), (1, 0), (1, 1))])
            for name, text in (
                ("first neighbours", walk.first_neighbours),
                ("next neighbours", walk.next_neighbours),
            )
        ),
        ("steps", walk.steps, [{}]),
        ("step count", walk.step_count, [{}]),
    )
    for flags in options
}


@pytest.mark.parametrize(("end", "text"), FROM_ENDS.values(), ids=map(str, FROM_ENDS))
def test_edges_are_read_by_the_end_that_is_known(
    connection: sqlite3.Connection, misled: sqlite3.Connection, end: str, text: str
) -> None:
    """In order of the other end, and also where statistics speak against it."""
    for opened in (connection, misled):
        steps = plan(opened, text)
        assert [step for step in steps if SORT in step] == []
        (search,) = [step for step in steps if "edge_" in step or "KEY (type" in step]
        assert BY_END[end] in search


def test_holders_come_in_order_from_the_index(
    connection: sqlite3.Connection, misled: sqlite3.Connection
) -> None:
    """A list of them from one index, then a place in each table a holder."""
    for opened in (connection, misled):
        steps = plan(opened, read.HOLDERS)
        assert [step for step in steps if SORT in step] == []
        assert scanned(steps) == []
        [listed] = [step for step in steps if "edge_target" in step]
        assert "COVERING INDEX edge_target (target=? AND type=?)" in listed
        for table, place in (
            ("e", "PRIMARY KEY (type=? AND source=? AND target=?)"),
            ("r", "INTEGER PRIMARY KEY (rowid=?)"),
            ("o", "PRIMARY KEY (type=? AND source=?)"),
        ):
            [step] = [s for s in steps if s.startswith(f"SEARCH {table} USING")]
            assert place in step


INDEXES = [
    (label, index) for label, node in schema.NODES.items() for index in node.indexes
]
ID = Maker().record("1").id
BOUNDS: tuple[list[str], ...] = (["equals"], ["low", "high"], [])


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("bounds", BOUNDS, ids=["equals", "range", "all"])
@pytest.mark.parametrize(("label", "index"), INDEXES, ids=str)
def test_find_goes_by_its_index(
    connection: sqlite3.Connection,
    label: str,
    index: tuple[str, ...],
    bounds: list[str],
    *,
    descending: bool,
) -> None:
    *_, attribute = index
    types = {c.name: c.type for c in schema.columns(label)}
    values = ["x" if types[name] is ColumnType.TEXT else 1 for name in index]
    order, sign = ("DESC", "<") if descending else ("ASC", ">")
    texts: list[str] = []
    for after in (None, (values[-1], ID)):
        asked = finding.plan(
            Find(
                label=label,
                attribute=attribute,
                within=tuple(values[:-1]),
                after=after,
                descending=descending,
                **dict.fromkeys(bounds, values[-1]),
            )
        )
        texts += [
            read.find(
                label,
                asked.within,
                attribute,
                *map(condition_text, piece.conditions),
                order=order,
            )
            for piece in asked.pieces
        ]
    steps = [plan(connection, text) for text in texts]
    for one in steps:
        assert [step for step in one if SORT in step] == []
        assert f" USING INDEX n_{label}__{'__'.join(index)}" in one[0]
    # A page goes straight to its place, also among nodes of the same value.
    first, same, *following = (one[0] for one in steps)
    assert bounds == [] or first.startswith("SEARCH ")
    assert f"{attribute}=? AND rowid{sign}?" in same
    assert len(following) == ("equals" not in bounds)
    assert all(one.startswith("SEARCH ") for one in following)


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("past", [False, True])
def test_scans_read_tables_in_their_own_order(
    connection: sqlite3.Connection, *, past: bool, ordered: bool
) -> None:
    """Never by the index on seq, which is five times as much work; never sorting."""
    texts = [
        scans.nodes(
            label,
            arrow.node_schema(label, past=past),
            versioned=label in VERSIONED,
            ordered=ordered,
        )
        for label in schema.NODES
    ] + [
        scans.edges(
            arrow.edge_schema(kind, past=past),
            versioned=schema.EDGES[kind].room is Room.CONCLUSIONS,
            ordered=ordered,
        )
        for kind in schema.EDGES
    ]
    for text in texts:
        steps = plan(connection, text)
        # What was closed later than the watermark may come by its index and be sorted.
        if past:
            assert [step for step in steps if SORT in step] == []
        current = [s for s in steps if "p_" not in s and "edge_past" not in s]
        assert [step for step in current if "seq" in step] == []


def test_changes_are_merged_and_never_sorted(connection: sqlite3.Connection) -> None:
    steps = plan(connection, history.changes())
    assert [step for step in steps if SORT in step] == []
    assert sum(step.startswith("MERGE") for step in steps) > len(schema.NODES)
