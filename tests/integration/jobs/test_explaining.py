"""Explained by the index or by reading the whole store: the same, bit for bit."""

from pathlib import Path

import pytest

from graph.errors import NotFound
from graph.store import GraphStore
from intelligence.identity.online.port import Asked, Index, Little
from intelligence.jobs.arriving.indexed import Indexed
from intelligence.jobs.deciding.explaining import explain_records
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.index import Index as Files
from tests.support.customers import customers
from tests.support.people import Facts, named
from tests.support.street import write


class Counting:
    """An index that tells how many records it was asked for."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.asked = 0

    def __getattr__(self, name: str) -> object:
        """All else is the index's."""
        return getattr(self._index, name)

    def little(self, asked: list[Asked], records: list[str]) -> Little:
        """Count, then ask."""
        self.asked += len(records)
        return self._index.little(asked, records)


@pytest.fixture
def people(store: GraphStore) -> list[str]:
    """Records of 60 people and of a firm's two; ids, the firm's at the end."""
    table, _ = customers(60)
    facts, ids = Facts(), list[str]()
    said = {name: column.lists(len(table)) for name, column in table.values.items()}
    for row, key in enumerate(table.ids):
        mine = {name: texts[row] for name, texts in said.items() if texts[row]}
        ids.append(facts.record(key, mine, source=f"source-{table.source[row]}"))
    firm = {"organization.name": ["ТОВ Промінь"], "phone": ["+380441112233"]}
    for source in ("crm", "shop"):
        ids.append(facts.record("f", firm, source=source, organization=True))
    write(store, facts)
    resolve(store)
    return ids


def test_what_the_index_explains_is_what_a_run_weighs(
    store: GraphStore, people: list[str], tmp_path: Path
) -> None:
    index = Counting(Indexed(Files.open(store, tmp_path / "index")))
    some = [*people[:12], *people[-2:]]
    few = explain_records(store, some, index=index)
    assert index.asked == len(some), "no other record is read"
    assert few == explain_records(store, some)
    assert len(few.pairs) == len(some) * (len(some) - 1) // 2
    late = Facts()
    rare = named("Євстахій", "Римаренко", birth_date="1931-02-03")
    twice = [late.record(key, rare, source="late") for key in ("1", "2")]
    write(store, late, "late")
    pair = explain_records(store, twice[:1], twice[1:], index=index)
    assert pair == explain_records(store, twice[:1], twice[1:])
    assert pair.pairs[0].probability.match > few.pairs[-1].probability.match
    with pytest.raises(NotFound):
        explain_records(store, ["0" * 32], index=index)
