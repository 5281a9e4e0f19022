"""Records on their way into a store, and the people that they are of."""

import itertools
from collections.abc import Sequence

from graph.batch import GraphBatch
from graph.columnar.arrays import column
from graph.columnar.idcolumns import hexed, matrix
from graph.model import Texts
from graph.query import Scan
from graph.store import GraphStore
from intelligence.jobs.arriving.arrivals import Arrival
from intelligence.jobs.full.resolving import resolve
from tests.support.people import Facts, named
from tests.support.street import write

GIVEN = ("Олексій", "Марина", "Тарас", "Оксана", "Богдан", "Зоя", "Данило", "Віра")
FAMILY = ("Ковальчук", "Шевчук", "Бойко", "Ткаченко", "Мельник", "Кравець", "Лисенко")
SOURCES = ("crm", "shop", "web", "app")


def person(number: int) -> Texts:
    """What all records of one of 56 people say, or of a newcomer beyond them."""
    given, family = list(itertools.product(GIVEN, FAMILY))[number % 56]
    if number >= 56:
        family += "енко-Новий"
    said = named(
        given, family, birth_date=f"19{50 + number % 40}-03-{number % 27 + 1:02}"
    )
    return said | {"phone": [f"+3805012{number:05}"]}


def arrival(number: int, source: str, key: str | None = None) -> Arrival:
    """A record of a person, as it arrives from a source."""
    facts = Facts()
    said = person(number)
    (phone,) = said["phone"]
    record = facts.record(key or str(number), said, [("phone", phone)], source=source)
    return Arrival(record=record, nodes=list(facts.nouns.values()), edges=facts.edges)


def crowd(people: int = 56, sources: int = 2) -> tuple[Facts, list[str]]:
    """People, each known to some sources: the facts, and the records' ids by person."""
    facts, ids = Facts(), list[str]()
    for number in range(people):
        said = person(number)
        holds = [("phone", said["phone"][0])]
        ids += [
            facts.record(str(number), said, holds, source=source)
            for source in SOURCES[:sources]
        ]
    return facts, ids


def resolved(store: GraphStore) -> list[str]:
    """Write a crowd and resolve it, by a model that is learned of it; its records."""
    facts, ids = crowd()
    write(store, facts)
    resolve(store)
    return ids


def ingested(store: GraphStore, people: Sequence[tuple[int, str]], name: str) -> None:
    """Write records of people, unresolved."""
    facts = [arrival(number, source) for number, source in people]
    nodes = {noun.id: noun for one in facts for noun in one.nodes}
    edges = [edge for one in facts for edge in one.edges]
    store.apply(GraphBatch(id=name, nodes=list(nodes.values()), edges=edges))


def party_of(store: GraphStore, record: str) -> str | None:
    """The party of a record, if it has one."""
    edges = store.edges([record], ["OF"])
    assert len(edges) <= 1
    return edges[0].target if edges else None


def parties(store: GraphStore) -> set[str]:
    """Ids of all parties there are."""
    found: set[str] = set()
    for batch in store.scan_nodes("Party", Scan(columns=())):
        found.update(hexed(matrix(column(batch, "id"))).to_pylist())
    return found
