"""The parts of the identity index, against plain dicts; hubs, copies and caps."""

import numpy as np
import pytest

from intelligence.identity import engine
from intelligence.identity.index.delta import Delta
from intelligence.identity.index.near import Hub
from intelligence.identity.index.numbers import Growing, Tally
from intelligence.identity.index.postings import Postings, Runs
from intelligence.identity.weights.model import Model
from tests.support.desks import SECRET, One, desk, generation, put, rows

PHONE, OTHER = "+380501234567", "+380509999999"
GIVEN = ("Олена", "Тарас", "Зоя", "Данило", "Богдан", "Марина", "Віра", "Остап")


def key(number: int) -> str:
    return f"{number:032x}"


@pytest.fixture(scope="module")
def crowd() -> dict[str, One]:
    """400 people of as many names on one phone, and 30 rows that say the same."""
    found = {
        key(at): One(
            "crm",
            {
                "name.given": [GIVEN[at % 8]],
                "name.family": [f"{chr(1072 + at % 31)}{chr(1072 + at // 31)}{at}ко"],
                "birth.date": [f"{1940 + at % 60}-{at % 12 + 1:02}-{at % 28 + 1:02}"],
                "phone": [PHONE],
            },
        )
        for at in range(400)
    }
    same = One("shop", {"name.given": ["Test"], "name.family": ["Test"]})
    return found | {key(1000 + at): same for at in range(30)}


@pytest.fixture(scope="module")
def model(crowd: dict[str, One]) -> Model:
    chosen = engine.Settings(secret=SECRET)
    return Model.from_bytes(engine.resolve(rows(crowd).table, settings=chosen).model)


def test_a_hub_is_told_and_brings_nobody_together(
    crowd: dict[str, One], model: Model
) -> None:
    asked = rows({key(5000): One("call", {"phone": [PHONE], "name.given": ["Ян"]})})
    index = Delta(generation(crowd, {}, script_keys=model.script_keys), SECRET)
    near = desk(index, model).near(asked)
    assert near.hubs == [Hub(0, "phone", 400)]
    assert near.record == []
    put(index, {key(401): crowd[key(0)]}, {})
    assert desk(index, model).near(asked).hubs == [Hub(0, "phone", 401)]


def test_who_says_more_than_the_hub_is_found(
    crowd: dict[str, One], model: Model
) -> None:
    index = Delta(generation(crowd, {}, script_keys=model.script_keys), SECRET)
    near = desk(index, model).near(rows({key(5000): crowd[key(7)]}))
    best = near.record[int(np.argmax(near.scores.odds))]
    assert best == key(7)
    assert [hub.records for hub in near.hubs] == [400]


def test_of_records_that_say_the_same_eight_are_shown(
    crowd: dict[str, One], model: Model
) -> None:
    index = Delta(generation(crowd, {}, script_keys=model.script_keys), SECRET)
    near = desk(index, model).near(rows({key(5000): crowd[key(1000)]}))
    assert sorted(near.record) == [key(1000 + at) for at in range(8)]


def test_a_home_is_the_same_whether_its_members_come_before_or_after_weighing(
    crowd: dict[str, One], model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = {key(at): key(9000 + at % 7) for at in range(400)}
    index = Delta(generation(crowd, homes, script_keys=model.script_keys), SECRET)
    put(index, {key(402): crowd[key(8)]}, {key(402): key(9001)})
    asked = rows({key(5000): crowd[key(7)], key(8): crowd[key(8)]})
    near = {}
    for most in (1_000, 0):
        monkeypatch.setattr("intelligence.identity.index.desk.BESIDE", most)
        near[most] = desk(index, model).near(asked, homes=True)
    before, after = near[1_000], near[0]
    assert key(7) in before.record
    assert key(402) in before.record
    assert (before.record, before.party) == (after.record, after.party)
    assert before.asked.tolist() == after.asked.tolist()
    assert before.scores.odds.tolist() == after.scores.odds.tolist()
    for one in (before, after):
        assert [one.little.ids[at] for at in one.other.tolist()] == one.record
        whole = one.little.scorer.score(one.asked, one.other)
        assert whole.odds.tolist() == one.scores.odds.tolist()
    members = [one for one in homes if homes[one] in before.party and one != key(8)]
    assert set(members) <= set(after.little.ids) <= set(before.little.ids)


def test_candidates_are_capped_and_the_smallest_blocks_come_first(
    crowd: dict[str, One], model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {key(2000 + at): One("crm", {"phone": [OTHER]}) for at in range(2)}
    many = {
        key(3000 + at): One("crm", {"email": [f"office@{at}.example.com"]})
        for at in range(20)
    }
    every = crowd | few | many
    index = Delta(generation(every, {}, script_keys=model.script_keys), SECRET)
    said = {"phone": [OTHER], "email": ["office@example.com"]}
    asked = rows({key(5000): One("crm", said)})
    assert set(desk(index, model).near(asked).record) == {*few, *many}
    monkeypatch.setattr("intelligence.identity.index.near.MOST", 2)
    assert set(desk(index, model).near(asked).record) == set(few)


def test_a_tally_is_a_dict_of_numbers() -> None:
    rng = np.random.default_rng(1)
    tally, wanted = Tally(), dict[int, int]()
    for _ in range(40):
        keys = rng.integers(0, 300, 50).astype(np.uint64) << np.uint64(55)
        amount = rng.integers(-3, 4, 50)
        tally.add(keys, amount)
        for one, more in zip(keys.tolist(), amount.tolist(), strict=True):
            wanted[one] = wanted.get(one, 0) + more
    every = np.arange(300).astype(np.uint64) << np.uint64(55)
    assert tally.get(every).tolist() == [wanted.get(one, 0) for one in every.tolist()]
    assert tally.has(every).tolist() == [one in wanted for one in every.tolist()]
    tally.put(every[:3], np.array([7, 8, 9]))
    assert tally.get(every[:3]).tolist() == [7, 8, 9]


def test_what_a_growing_array_gave_out_stays() -> None:
    array = Growing(np.int32, 2)
    array.add(np.arange(6, dtype=np.int32).reshape(3, 2))
    first = array.values
    array.add(np.ones((200, 2), dtype=np.int32))
    array.widen(3, -1)
    assert first.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert array.values[[0, 202]].tolist() == [[0, 1, -1], [1, 1, -1]]


def test_postings_and_runs_are_dicts_of_rows() -> None:
    rng = np.random.default_rng(2)
    hashes = rng.integers(1, 2**64, 500, dtype=np.uint64)
    columns = [
        np.where(rng.random(3_000) < 0.3, 0, hashes[rng.integers(0, 500, 3_000)])
        for _ in range(3)
    ]
    columns.append(np.where(np.arange(3_000) < 900, hashes[0], 0).astype(np.uint64))
    wanted: dict[int, list[int]] = {}
    for column in columns:
        for row, one in enumerate(column.tolist()):
            if one:
                wanted.setdefault(one, []).append(row)
    postings, runs = Postings.of(columns), Runs()
    for column in columns:
        for part in np.array_split(np.arange(3_000), 7):
            some = part[column[part] != 0]
            runs.add(column[some], some)
    asked = np.append(hashes, rng.integers(1, 2**64, 50, dtype=np.uint64))
    begin, size = postings.find(asked)
    which, row = postings.rows(begin, size)
    later, added = runs.find(asked)
    for at, one in enumerate(asked.tolist()):
        rows_of_one = sorted(wanted.get(one, []))
        assert row[which == at].tolist() == rows_of_one
        assert sorted(added[later == at].tolist()) == rows_of_one


def test_no_records_are_an_index_too(model: Model, crowd: dict[str, One]) -> None:
    index = Delta(generation({}, {}, script_keys=model.script_keys), SECRET)
    asked = rows({key(5000): crowd[key(7)]})
    assert desk(index, model).near(asked).record == []
    put(index, {key(7): crowd[key(7)]}, {key(7): key(9000)})
    near = desk(index, model).near(asked)
    assert (near.record, near.party) == ([key(7)], [key(9000)])
