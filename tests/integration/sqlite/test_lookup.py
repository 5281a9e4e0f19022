"""Lookups of many identifiers, half of them by a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from graph.columnar.keys import handle_of
from graph.connect import connect
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge

COMMITS, NUMBERS = 60, 400


def test_all_of_an_answer_is_of_one_moment(tmp_path: Path) -> None:
    """Each commit gives a holder to the first and to the last that are looked up."""
    with connect(f"sqlite:///{tmp_path / 'g.db'}") as store:
        make = Maker(store.namespace)
        numbers = [make.identifier(str(n), "phone") for n in range(NUMBERS)]
        numbers.sort(key=lambda one: handle_of(one.id) or 0)
        store.apply(batch("numbers", numbers))

        def write(store: GraphStore) -> None:
            for n in range(COMMITS):
                record = make.record(str(n))
                ends = [edge("HAS", record, one) for one in (numbers[0], numbers[-1])]
                store.apply(batch(f"commit {n}", record, ends))

        asked = [("phone", one.value) for one in numbers]
        seen: set[int] = set()
        with ThreadPoolExecutor(1) as beside:
            writing = beside.submit(write, store)
            while True:
                ended = writing.done()
                first, *_, last = store.lookup(asked)
                assert [h.key for h in first.holders] == [h.key for h in last.holders]
                seen.add(first.total)
                if ended:
                    break
            writing.result()
        assert max(seen) == COMMITS
