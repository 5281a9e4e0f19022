import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.columnar.keys import handle_of, handles, register
from graph.errors import BadBatch, IdCollision
from graph.ids import Ids

ids = st.lists(st.text(max_size=8), max_size=30).map(
    lambda texts: [uuid.uuid5(uuid.NAMESPACE_OID, text).hex for text in texts]
)


@given(ids)
def test_keys_are_in_the_order_of_ids(found: list[str]) -> None:
    keys, raw = handles(found)
    assert [one.hex() for one in raw] == found
    assert keys == [handle_of(one) for one in found]
    assert all(0 <= key < 2**63 for key in keys)
    assert sorted(found) == [one for _, one in sorted(zip(keys, found, strict=True))]


def test_a_key_is_the_bits_that_vary() -> None:
    assert handle_of("00000000000050008000000000000000") == 0
    assert handle_of("ffffffffffff5fffbfffffffffffffff") == 2**63 - 1
    assert handle_of("000000000000500080" + "0" * 13 + "7") == 0
    assert handle_of("00000000000050008" + "8" + "0" * 14) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * 32,
        "00000000-0000-5000-8000-000000000000",
        "00000000000050008000000000000",
        "00000000000040008000000000000000",  # version 4
        "0000000000005000c000000000000000",  # another variant
        "0000000000005000800000000000000A",
        " 0000000000050008000000000000000",
        "0000000000005000800000000000000\N{DEVANAGARI DIGIT ZERO}",
    ],
)
def test_what_is_no_id(text: str) -> None:
    good = Ids().of("Record", "1")
    assert handle_of(text) is None
    with pytest.raises(BadBatch, match="position 1 "):
        handles([good, text, good])


def test_lengths_that_add_up_are_no_ids() -> None:
    good = Ids().of("Record", "1")
    with pytest.raises(BadBatch):
        handles([good[:-1], good + good[:1]])


def test_two_ids_with_one_key_are_told_apart() -> None:
    one = "0123456789ab5def89abcdef01234567"
    met: dict[int, bytes] = {}
    assert register(met, [one, one]) == [handle_of(one)] * 2
    with pytest.raises(IdCollision):
        register(met, [one[:-1] + "8"])
    with pytest.raises(IdCollision):
        register({}, [one, one[:-1] + "8"])
