"""Ids as columns of bytes and back."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.columnar import idcolumns

IDS = st.lists(st.uuids().map(lambda one: one.hex), max_size=20)
EDGE_CASES = ["00" * 16, "ab" * 15 + "00", "00" * 15 + "01", "ff" * 16]


@given(ids=IDS)
def test_there_and_back(ids: list[str]) -> None:
    ids = [*ids, *EDGE_CASES]
    packed = idcolumns.pack(ids)
    column = idcolumns.column(packed)
    assert [one.hex() for one in column.to_pylist()] == ids
    assert idcolumns.hexed(idcolumns.matrix(column)).to_pylist() == ids
    np.testing.assert_array_equal(idcolumns.unhexed(pa.array(ids)), packed)
    np.testing.assert_array_equal(idcolumns.matrix(column.slice(2)), packed[2:])
    np.testing.assert_array_equal(idcolumns.unhexed(pa.array(ids).slice(1)), packed[1:])


@given(ids=st.sets(st.uuids().map(lambda one: one.hex)), other=st.uuids())
def test_positions_in_sorted_ids(ids: set[str], other: object) -> None:
    have = sorted({*ids, *EDGE_CASES})
    wanted = [*have, f"{other!s}".replace("-", "")]
    found = idcolumns.positions(idcolumns.pack(have), wanted)
    assert found.tolist() == [have.index(w) if w in have else -1 for w in wanted]


def test_order_of_keys_is_that_of_ids() -> None:
    keys = idcolumns.keys(idcolumns.pack(EDGE_CASES))
    assert np.argsort(keys).tolist() == np.argsort(EDGE_CASES).tolist()


def test_none_at_all() -> None:
    empty = idcolumns.pack([])
    assert empty.shape == (0, 16)
    assert idcolumns.hexed(empty).to_pylist() == []
    assert idcolumns.matrix(idcolumns.column(empty)).shape == (0, 16)
    assert idcolumns.positions(empty, ["ff" * 16]).tolist() == [-1]
    assert idcolumns.positions(idcolumns.pack(EDGE_CASES), []).tolist() == []


@pytest.mark.parametrize("bad", ["zz" * 16, "FF" * 16, "ff", None])
def test_what_is_no_id_is_refused(bad: str | None) -> None:
    with pytest.raises(ValueError, match=r"id|width"):
        idcolumns.unhexed(pa.array([bad], pa.utf8()))
