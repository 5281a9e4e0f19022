"""Tables of records, from Arrow and from a snapshot; likeness against an oracle."""

import numpy as np
import pyarrow as pa
from rapidfuzz import distance

from intelligence.identity.blocking.blocking import blocks
from intelligence.identity.blocking.keys import KeyColumn
from intelligence.identity.columns import records
from intelligence.identity.columns.packed import Packed, distances, likeness
from intelligence.identity.columns.records import PROJECTION
from intelligence.identity.columns.table import Column, RecordTable
from intelligence.identity.stored import ACCOUNT, said_with, table_of
from tests.support.people import Facts
from tests.support.snapshots import snapshot_of


def test_blanks_say_nothing_and_the_first_value_comes_first() -> None:
    column = Column.listed([["b", "a"], [], ["", " "], ["a"]])
    assert column.lists(4) == [["b", "a"], [], [], ["a"]]
    assert column.slots(4, 3).shape == (4, 2)
    assert column.slots(4, 1).tolist() == [
        [column.texts.index("b")], [-1], [-1], [column.texts.index("a")]
    ]  # fmt: skip


def test_a_table_of_arrow_columns() -> None:
    made = RecordTable.of(
        pa.table(
            {
                "record_id": ["1", "2"],
                "source": ["crm", "web"],
                "kind": ["person", "organization"],
                "name.given": ["Іван", None],
                "phone": pa.array([[], []], pa.list_(pa.string())),
                "raw:name.given": ["ІВАН", ""],
            }
        )
    )
    assert made.organization.tolist() == [0, 1]
    assert set(made.values) == {"name.given"}
    assert made.raw["name.given"].texts == ["ІВАН"]


def test_a_snapshots_records_with_their_identifiers() -> None:
    facts = Facts()
    held = [
        ("phone", "+380501234567"), ("shop:account", "77"), ("iban", "UA1"),
        ("shop:cookie", "alone"), ("shop:cookie", "both"),
    ]  # fmt: skip
    said = {"name.given": ["Іван"], "phone": ["+380670000001"], "iban": ["UA1"]}
    record = facts.record("1", said, held, at=1)
    facts.says(record, {"name.given": ["Іване", "Іван"]}, at=2)
    other = facts.record("2", {}, [("shop:cookie", "both")])
    taken = snapshot_of(PROJECTION, list(facts.nouns.values()), facts.edges)
    found = records.read(taken)
    made = table_of(taken, found)
    assert sorted(made.ids) == sorted([record, other])
    row = made.ids.index(record)
    told = {name: column.lists(2)[row] for name, column in made.values.items()}
    assert told == {
        "name.given": ["Іване", "Іван"],
        "phone": ["+380670000001", "+380501234567"],
        ACCOUNT: ["shop:account 77", "shop:cookie both"],
    }
    known = [pair for pair in held if pair[1] != "alone"]
    assert said_with(records.merged(found.versions.said(row)), known) == told


def test_likeness_and_edits_agree_with_rapidfuzz() -> None:
    rng = np.random.default_rng(11)
    words = ["".join(rng.choice(list("абвa"), rng.integers(1, 12))) for _ in range(400)]
    packed = Packed.of(words)
    left = rng.integers(0, 400, 6000).astype(np.int32)
    right = rng.integers(0, 400, 6000).astype(np.int32)
    like, apart = np.empty(6000), np.empty(6000, dtype=np.int8)
    likeness(packed.letters, packed.start, left, right, like)
    distances(packed.letters, packed.start, left, right, apart)
    for at in range(6000):
        one, other = words[left[at]], words[right[at]]
        expected = distance.JaroWinkler.similarity(one, other)
        assert abs(like[at] - expected) < 1e-9, (one, other)
        assert apart[at] == min(distance.OSA.distance(one, other), 3), (one, other)
    for least in (0.7, 0.85, 0.95):
        told = np.empty(6000)
        likeness(packed.letters, packed.start, left, right, told, least)
        assert (told[like >= least] == like[like >= least]).all()
        assert (told[like < least] < least).all()


def test_each_pair_that_shares_a_block_comes_once() -> None:
    rng = np.random.default_rng(2)
    keys = [
        KeyColumn(kind, rng.integers(0, 40, 120).astype(np.uint64), 20)
        for kind in (0, 1, 1, 2)
    ]
    found = blocks(120, keys, budget=1000)
    pairs = [
        pair
        for left, right in found.batches(50)
        for pair in zip(left.tolist(), right.tolist(), strict=True)
    ]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == _sharing(keys)


def _sharing(keys: list[KeyColumn]) -> set[tuple[int, int]]:
    """Pairs that share a key of one kind that few enough values bear."""
    found: set[tuple[int, int]] = set()
    for kind in (0, 1, 2):
        columns = [key.hashes.tolist() for key in keys if key.kind == kind]
        holders: dict[int, list[int]] = {}
        for column in columns:
            for row, value in enumerate(column):
                if value:
                    holders.setdefault(value, []).append(row)
        for rows in holders.values():
            if 1 < len(rows) <= 20:
                found |= {(a, b) for a in rows for b in rows if a < b}
    return found
