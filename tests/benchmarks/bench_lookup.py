"""Who is calling: latencies of lookup, by the clock, for someone waits.

A store of a million records, of which 200,000 hold one phone (a bank's own number, a
kiosk); the others share 300,000 numbers. Every index of the schema is live; the cache
is warm, as it is in a service.
"""

import gc
import itertools
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from api.callers import who
from graph.batch import GraphBatch
from graph.connect import connect
from graph.ids import Ids
from graph.model import Edge, Identifier, Noun, Party, Record
from graph.store import GraphStore
from tests.support.measure import percentile, row

RECORDS, NUMBERS, AT_HUB = 1_000_000, 300_000, 200_000
HUB = "+380800500500"
BATCH_ROWS = 10_000
QUESTIONS, MANY = 4_000, 60
SEED = 7
_GIVEN = ("Олена", "Іван", "Марія", "Петро", "Оксана", "Тарас", "Юлія", "Роман")
_FAMILY = ("Коваль", "Бойко", "Ткач", "Мельник", "Кравець", "Лисенко", "Рудий")


def run() -> Iterable[dict[str, object]]:
    """Fill a store, ask it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        connect(f"sqlite:///{Path(folder) / 'graph.db'}") as store,
    ):
        fill(store, RECORDS, NUMBERS, AT_HUB)
        yield from latencies(store, NUMBERS)


def fill(store: GraphStore, records: int, numbers: int, at_hub: int) -> None:
    """Write records with a phone each, two to a party."""
    serial = itertools.count()
    nodes, edges = _nodes(records, numbers), _edges(records, numbers, at_hub)
    while rows := list(itertools.islice(nodes, BATCH_ROWS)):
        store.apply(GraphBatch(id=f"nodes {next(serial)}", nodes=rows, run="bench"))
    while found := list(itertools.islice(edges, BATCH_ROWS)):
        store.apply(GraphBatch(id=f"edges {next(serial)}", edges=found, run="bench"))


def _nodes(records: int, numbers: int) -> Iterator[Noun]:
    ids = Ids()
    yield Identifier(id=ids.identifier("phone", HUB), kind="phone", value=HUB)
    for number in range(numbers):
        value = phone(number)
        yield Identifier(id=ids.identifier("phone", value), kind="phone", value=value)
    for key in range(records):
        record = ids.record("default", "crm", str(key))
        yield Record(id=record, source="crm", key=str(key))
        if key % 2 == 0:
            given = _GIVEN[key // 2 % len(_GIVEN)]
            family = _FAMILY[key // 16 % len(_FAMILY)]
            yield Party(
                id=ids.party(record, 0),
                kind="person",
                name=f"{given} {family}",
                names=[f"{given} {family}"],
                values={"name.given": [given], "name.family": [family]},
                method="bench",
            )


def _edges(records: int, numbers: int, at_hub: int) -> Iterator[Edge]:
    ids, draw = Ids(), random.Random(SEED)  # noqa: S311 - test data
    for key in range(records):
        record = ids.record("default", "crm", str(key))
        value = HUB if key < at_hub else phone(draw.randrange(numbers))
        when = 1_700_000_000_000_000 + key
        yield Edge(
            type="HAS",
            source=record,
            target=ids.identifier("phone", value),
            since=when,
            until=when,
        )
        first = ids.record("default", "crm", str(key - key % 2))
        yield Edge(type="OF", source=record, target=ids.party(first, 0), weight=0.97)


def phone(number: int) -> str:
    """A number that people have."""
    return f"+38050{number:07d}"


def latencies(store: GraphStore, numbers: int) -> Iterator[dict[str, object]]:
    """One identifier, a thousand of them, and the hub; no question is asked twice."""
    draw = random.Random(SEED)  # noqa: S311 - test data

    def asked(count: int) -> list[str]:
        return [_typed(phone(draw.randrange(numbers))) for _ in range(count)]

    one = partial(who, store, region="UA")
    (told,) = one([HUB])
    kinds: Sequence[tuple[str, float, float, list[list[str]]]] = (
        ("one identifier", 5, 1, [asked(1) for _ in range(QUESTIONS)]),
        ("1,000 identifiers", 100, 30, [asked(1_000) for _ in range(MANY)]),
        ("a phone of 200,000 records", 5, 1, [[HUB]] * 200),
    )
    gc.collect()
    gc.freeze()  # as the service does
    for work, floor, aim, questions in kinds:
        begun = max(len(questions) // 4, 1)
        _times(one, questions[:begun])
        clock, processor = _times(one, questions[begun:])
        yield row(
            f"SQLite, lookup of {work}, p99",
            round(percentile(clock, 99), 3),
            "ms",
            floor=floor,
            aim=aim,
            p50=round(percentile(clock, 50), 3),
            cpu_p50=round(percentile(processor, 50), 3),
            cpu_p99=round(percentile(processor, 99), 3),
            questions=len(clock),
            hub=told.hub,
            note=told.note,
        )


def _times(
    ask: Callable[[list[str]], object], questions: Sequence[list[str]]
) -> tuple[list[float], list[float]]:
    """Milliseconds of each question by the clock and by the processor, all threads."""
    clock: list[float] = []
    processor: list[float] = []
    for question in questions:
        begin, used = time.perf_counter(), time.process_time()
        ask(question)
        processor.append(1_000 * (time.process_time() - used))
        clock.append(1_000 * (time.perf_counter() - begin))
    return clock, processor


def _typed(value: str) -> str:
    """A number as people type it."""
    return f"0{value[4:6]} {value[6:9]} {value[9:]}"
