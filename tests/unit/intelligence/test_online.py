"""Few records settled by the batch's rules; assignment."""

import numpy as np
import pytest

from intelligence.arrays import Ints
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.engine import Decided, resolve
from intelligence.identity.online.assigning import assign
from intelligence.identity.online.remembering import Remembering
from intelligence.identity.online.settling import STAR, pairs_of, settle
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Scorer
from tests.support.customers import customers


@pytest.fixture(scope="module")
def known() -> tuple[Scorer, Ints]:
    """A table's scorer, and the parties of its rows."""
    table, _ = customers(people=120)
    found = resolve(table)
    return Scorer(Model.from_bytes(found.model), features(table)), found.cluster


def parties_of(cluster: Ints) -> list[Ints]:
    return [np.flatnonzero(cluster == one) for one in np.unique(cluster)]


def test_a_row_settles_where_the_whole_table_puts_it(
    known: tuple[Scorer, Ints],
) -> None:
    scorer, cluster = known
    others = np.setdiff1d(np.arange(len(cluster)), [0])
    parties = [one[one != 0] for one in parties_of(cluster)]
    star = np.append(0, others[:100])
    settled = settle(scorer, [star], [one for one in parties if len(one)], Decided())
    assert (settled == cluster).all()


def test_a_party_met_by_very_many_rows_stays_whole(known: tuple[Scorer, Ints]) -> None:
    scorer, cluster = known
    star = np.arange(len(cluster))
    assert len(star) > STAR
    settled = settle(scorer, [star], parties_of(cluster), Decided())
    assert (settled == cluster).all()


def test_pairs_of_stars_and_parties_come_once_and_sorted() -> None:
    star, party = np.array([4, 1, 2]), np.array([1, 2, 3])
    left, right = pairs_of([star], [party])
    pairs = list(zip(left.tolist(), right.tolist(), strict=True))
    assert pairs == [(1, 2), (1, 3), (1, 4), (2, 3), (2, 4)]


def test_what_is_remembered_weighs_the_same(known: tuple[Scorer, Ints]) -> None:
    scorer, _ = known
    rows = np.array([7, 3, 40, 11, 5])
    few = Remembering(scorer, rows)
    left, right = np.array([4, 0, 2, 1]), np.array([1, 3, 0, 2])
    expected = scorer.score(
        rows[np.minimum(left, right)], rows[np.maximum(left, right)]
    )
    assert (few.score(left, right).odds == expected.odds).all()


def pairs(*both: tuple[int, int]) -> Pairs:
    found = np.array(both, dtype=np.int64).reshape(-1, 2)
    return Pairs(found[:, 0], found[:, 1])


def test_a_row_joins_the_party_that_most_of_its_cluster_is_of() -> None:
    cluster, party = np.array([0, 0, 0, 0, 4, 5]), np.array([-1, 1, 1, 0, 0, -1])
    found = assign(cluster, party, 2, Decided())
    assert found.party.tolist() == [1, 1, 1, 0, 0, 2]
    assert found.unsettled.tolist() == [True] + 5 * [False], "0 and 1 would merge"


def test_decisions_go_before_the_larger_party() -> None:
    cluster, party = np.array([0, 0, 0, 0]), np.array([-1, 1, 1, 0])
    same = Decided(same=pairs((0, 3)))
    assert assign(cluster, party, 2, same).party[0] == 0
    different = Decided(different=pairs((0, 1)))
    assert assign(cluster, party, 2, different).party[0] == 0
    both = Decided(different=pairs((0, 1), (0, 3)))
    assert assign(cluster, party, 2, both).party[0] == 2


def test_age_is_asked_only_where_it_decides() -> None:
    cluster, party = np.array([0, 0, 0, 3, 3]), np.array([-1, 0, 1, -1, 1])
    asked = list[int]()

    def age(number: int) -> int:
        asked.append(number)
        return -number

    assert assign(cluster, party, 2, Decided(), age).party[0] == 1
    assert sorted(asked) == [0, 1], "the second cluster is of one party"


def test_rows_that_are_one_get_one_new_party() -> None:
    cluster, party = np.array([0, 1, 0]), np.array([-1, -1, -1])
    assert assign(cluster, party, 0, Decided()).party.tolist() == [0, 1, 0]
