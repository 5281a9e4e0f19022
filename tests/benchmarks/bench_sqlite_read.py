"""Reading from SQLite: latencies on a store of 1.5 million edges.

By the clock, because someone waits: run it on a quiet machine. Every index of the
schema is live. The scan to Arrow is measured by ``bench_snapshot``.
"""

import gc
import itertools
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from graph.batch import GraphBatch
from graph.connect import connect
from graph.ids import Ids
from graph.model import Edge, Identifier, Noun, Party, Record
from graph.query import Around, Find
from graph.store import GraphStore
from tests.support.measure import percentile, row, wall_times

RECORDS, PARTIES, IDENTIFIERS = 300_000, 200_000, 100_000
TIES = 900_000  # with a HAS and an OF of each record: 1.5 million edges
BATCH_ROWS = 10_000
QUESTIONS = 2_000
SEED = 7


class Town:
    """Records that share phones, and ties, of which a few parties have very many.

    Args:
        part: a town of so many times fewer.
    """

    def __init__(self, part: int = 1) -> None:
        ids = Ids()
        self.random = random.Random(SEED)  # noqa: S311 - test data
        keys = map(str, range(RECORDS // part))
        self.records = [ids.record("default", "crm", key) for key in keys]
        self.parties = [
            ids.party(record, 0) for record in self.records[: PARTIES // part]
        ]
        self.ties = TIES // part
        self.phones = [f"+3805{n:08d}" for n in range(IDENTIFIERS // part)]
        self.identifiers = [ids.identifier("phone", value) for value in self.phones]

    def nodes(self) -> Iterator[Noun]:
        for number, record in enumerate(self.records):
            yield Record(id=record, source="crm", key=str(number))
        for value, identifier in zip(self.phones, self.identifiers, strict=True):
            yield Identifier(id=identifier, kind="phone", value=value)
        for number, party in enumerate(self.parties):
            name = f"Name {number % 5_000} Family {number}"
            yield Party(
                id=party, kind="person", name=name, names=[name], method="bench"
            )

    def edges(self) -> Iterator[Edge]:
        for number, record in enumerate(self.records):
            time_seen = 1_700_000_000_000_000 + number
            yield Edge(
                type="HAS",
                source=record,
                target=self.random.choice(self.identifiers),
                since=time_seen,
                until=time_seen,
            )
            party = self.parties[number % len(self.parties)]
            yield Edge(type="OF", source=record, target=party, weight=0.9)
        pairs: set[tuple[int, int]] = set()
        count = len(self.parties)
        while len(pairs) < self.ties:
            one = int(self.random.betavariate(0.5, 3) * count)
            pairs.add((one, self.random.randrange(count)))
        for one, other in sorted(pairs):
            yield Edge(
                type="TIE",
                source=self.parties[one],
                target=self.parties[other],
                key="friend",
                weight=self.random.random(),
                attributes={"probability": 0.5},
            )


def run() -> Iterable[dict[str, object]]:
    """The latencies of issue 3 and some beside them."""
    with (
        tempfile.TemporaryDirectory() as folder,
        connect(f"sqlite:///{Path(folder) / 'graph.db'}") as store,
    ):
        town = Town()
        fill(store, town)
        gc.collect()
        gc.freeze()  # the town's own lists are no part of what is measured
        yield from latencies(store, town)


def fill(store: GraphStore, town: Town, batch_rows: int = BATCH_ROWS) -> None:
    """Write the town."""
    numbers = itertools.count()
    nodes, edges = town.nodes(), town.edges()
    while rows := list(itertools.islice(nodes, batch_rows)):
        store.apply(GraphBatch(id=f"nodes {next(numbers)}", nodes=rows, run="bench"))
    while found := list(itertools.islice(edges, batch_rows)):
        store.apply(GraphBatch(id=f"edges {next(numbers)}", edges=found, run="bench"))


def latencies(store: GraphStore, town: Town) -> Iterable[dict[str, object]]:
    """Rows for each kind of question, after a round that warms the cache."""
    draw = town.random.choices
    phones = draw(town.phones, k=QUESTIONS)
    parties = draw(town.parties, k=QUESTIONS)
    pairs = list(zip(draw(town.parties, k=200), draw(town.parties, k=200), strict=True))
    hub = town.parties[0]

    def around(start: str, hops: int, limit: int = 200) -> Callable[[], object]:
        return partial(
            store.neighbourhood, Around(start=(start,), hops=hops, limit=limit)
        )

    questions: list[tuple[str, float, float, list[Callable[[], object]]]] = [
        ("lookup", 1, 0.1, [partial(store.lookup, [("phone", p)]) for p in phones]),
        ("get", 1, 0.1, [partial(store.get, [party]) for party in parties]),
        ("find, a page of 100", 10, 5, [partial(store.find, page(p)) for p in parties]),
        ("one hop, limit 200", 10, 5, [around(party, 1) for party in parties]),
        ("two hops, limit 200", 10, 5, [around(party, 2) for party in parties]),
        ("two hops from the largest hub", 10, 5, [around(hub, 2)] * 200),
        ("shortest paths", 100, 20, [partial(store.paths, *pair) for pair in pairs]),
    ]
    for work, floor, aim, calls in questions:
        wall_times(calls[: len(calls) // 4])
        taken = [1_000 * seconds for seconds in wall_times(calls)]
        yield row(
            f"SQLite, {work}, on 1.5M edges, p99",
            round(percentile(taken, 99), 4),
            "ms",
            floor=floor,
            aim=aim,
            p50=round(percentile(taken, 50), 4),
            questions=len(calls),
        )


def page(party: str) -> Find:
    """A page of parties by name from somewhere."""
    return Find(label="Party", attribute="name", low=f"Name {int(party[:4], 16)}")
