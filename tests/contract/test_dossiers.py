"""What there is of a record as one answer: the same as by several questions."""

from collections.abc import Sequence

import msgspec
import pytest

from graph.batch import EdgeRef, GraphBatch
from graph.dossiers import Dossier, gathered
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge


@pytest.fixture
def asked(store: GraphStore, make: Maker) -> list[str]:
    """Records in four transactions: one changes its party, one is only named."""
    anna, boris, named = (make.record(one) for one in ("anna", "boris", "named"))
    email, phone = make.identifier("a@example.org"), make.identifier("+380", "phone")
    first, second = make.party(anna, "Анна"), make.party(boris, "Борис")
    born = make.version(anna, 20, name_full="Анна Коваль")
    store.apply(
        batch(
            "one", [anna, email, first], born, edge("HAS", anna, email),
            edge("OF", anna, first, weight=0.75),
        )
    )  # fmt: skip
    early = make.version(anna, 10, name_full="Анна Бойко")
    store.apply(
        batch(
            "two", [boris, phone, second], early, edge("HAS", anna, phone),
            edge("HAS", named, phone), edge("OF", boris, second),
        )
    )  # fmt: skip
    gone = GraphBatch(id="three", closings=[EdgeRef("OF", anna.id, first.id)])
    store.apply(gone)
    store.apply(batch("four", edge("OF", anna, second)))
    return [anna.id, "0" * 32, boris.id, named.id, anna.id, email.id, "no id"]


@pytest.mark.parametrize("at", [None, 0, 1, 2, 3, 4])
def test_a_dossier_is_what_single_questions_find(
    store: GraphStore, asked: Sequence[str], at: int | None
) -> None:
    assert [_plain(one) for one in store.dossiers(asked, at=at)] == [
        _plain(one) for one in gathered(store, asked, at=at)
    ]


def test_a_dossier_holds_what_was_written(
    store: GraphStore, asked: Sequence[str]
) -> None:
    anna, nobody, boris, named, *_ = store.dossiers(asked)
    assert anna.record
    assert anna.record.key == "anna"
    told = [one.value["name.full"] for one in anna.versions]
    assert told == [["Анна Бойко"], ["Анна Коваль"]]
    assert {one.value for one in anna.held} == {"a@example.org", "+380"}
    assert [one.target for one in anna.of] == [one.target for one in boris.of]
    assert _plain(nobody) == _plain(Dossier(record=None, versions=(), held=(), of=()))
    assert named.record is None
    assert [one.value for one in named.held] == ["+380"]
    before = store.dossiers(asked[:1], at=1)[0]
    assert [one.weight for one in before.of] == [0.75]
    assert store.dossiers([]) == []


def _plain(told: Dossier) -> bytes:
    return msgspec.json.encode(told)
