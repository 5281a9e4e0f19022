"""The batch engine as a whole, on small tables."""

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from msgspec.structs import replace

from intelligence.evaluate.clusters import compare
from intelligence.identity.blocking.key_kinds import names
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.columns.table import RecordTable
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.engine import (
    INGREDIENTS,
    Decided,
    Resolution,
    Settings,
    resolve,
)
from intelligence.identity.weights.model import LeftOut, Model
from intelligence.identity.weights.scoring import Scorer
from tests.support.crowds import crowded
from tests.support.customers import customers, repeated

TABLE, TRUTH = customers(300)


@pytest.fixture(scope="module")
def found() -> Resolution:
    return resolve(TABLE, settings=Settings(keep_pairs=True))


def test_people_are_found_and_relatives_stay_apart(found: Resolution) -> None:
    quality = compare(found.cluster, np.array(TRUTH))
    assert quality.pairwise.precision > 0.99
    assert quality.pairwise.recall > 0.95


def test_a_party_is_named_by_its_least_row(found: Resolution) -> None:
    for name in set(found.cluster.tolist()):
        assert np.flatnonzero(found.cluster == name)[0] == name


def test_the_number_of_threads_changes_nothing(found: Resolution) -> None:
    other = resolve(TABLE, settings=Settings(keep_pairs=True, threads=3))
    assert (other.cluster == found.cluster).all()
    assert (other.probability == found.probability).all()
    assert other.model == found.model
    assert found.pairs is not None
    assert other.pairs is not None
    assert (other.pairs.match == found.pairs.match).all()


def test_a_party_of_one_is_certain(found: Resolution) -> None:
    alone = np.bincount(found.cluster, minlength=len(TABLE))[found.cluster] == 1
    assert (found.probability[alone] == 1).all()
    assert ((found.probability > 0) & (found.probability <= 1)).all()


def test_an_earlier_model_gives_the_same_outcome(found: Resolution) -> None:
    again = resolve(TABLE, model=found.model)
    assert (again.cluster == found.cluster).all()
    assert again.model == found.model


def test_listed_weights_sum_to_the_class_scores_bit_for_bit(found: Resolution) -> None:
    assert found.pairs is not None
    model = Model.from_bytes(found.model)
    scorer = Scorer(model, features(TABLE))
    for at in range(0, len(found.pairs.left), 97):
        pair = found.pairs.left[at : at + 1], found.pairs.right[at : at + 1]
        match, relative, stranger = model.priors
        for one in scorer.weigh(*pair):
            match += float(one.match[0])
            relative += float(one.relative[0])
        assert match == found.pairs.match[at]
        assert relative == found.pairs.relative[at]
        assert stranger == found.pairs.stranger[at]
        shares = np.exp(np.array([match, relative, stranger]))
        expected = shares[0] / shares.sum()
        assert found.pairs.probability[at] == pytest.approx(expected, abs=1e-12)


def test_a_model_says_which_blocks_to_leave_out(found: Resolution) -> None:
    model = Model.from_bytes(found.model)
    assert model.left_out == ()  # so few pairs are all worth it
    every = tuple(LeftOut(name, 2, 150) for name in names().values())
    some = tuple(one for one in every if one.key not in ("phone", "given*family"))
    compared = [
        resolve(TABLE, model=replace(model, left_out=left_out).to_bytes())
        for left_out in ((), some, every)
    ]
    assert compared[0].report.compared == found.report.compared
    assert 0 < compared[1].report.compared < found.report.compared / 2
    assert compared[2].report.compared == 0
    assert (compared[2].cluster == np.arange(len(TABLE))).all()


def test_a_model_of_before_leaves_nothing_out(found: Resolution) -> None:
    old = msgspec.msgpack.decode(found.model)
    del old["left_out"]
    assert Model.from_bytes(msgspec.msgpack.encode(old)) == Model.from_bytes(
        found.model
    )


def test_a_model_holds_no_value(found: Resolution) -> None:
    for column in TABLE.values.values():
        for text in column.texts:
            assert text.encode() not in found.model


def test_decisions_stand_whatever_the_evidence(found: Resolution) -> None:
    rows = np.flatnonzero(found.cluster == found.cluster[0])
    other = int(np.flatnonzero(found.cluster != found.cluster[0])[5])
    decided = Decided(
        same=Pairs(np.array([0]), np.array([other])),
        different=Pairs(rows[:1], rows[1:2]),
    )
    again = resolve(TABLE, decided=decided).cluster
    assert again[0] == again[other]
    assert again[rows[0]] != again[rows[1]]


def test_the_order_of_columns_and_names_of_sources_change_nothing(
    found: Resolution,
) -> None:
    values = dict(reversed(TABLE.values.items()))
    renamed = RecordTable(TABLE.ids, 2 - TABLE.source, TABLE.organization, values)
    assert (resolve(renamed).cluster == found.cluster).all()


@pytest.mark.parametrize("without", INGREDIENTS)
def test_an_ingredient_can_be_left_out(without: str) -> None:
    table, truth = customers(40)
    outcome = resolve(table, settings=Settings(without=frozenset({without})))
    assert len(outcome.cluster) == len(truth)


def test_thousands_of_equal_records_fuse_nobody() -> None:
    crowd = repeated(5000, name_given="Test", name_family="Test")
    outcome = resolve(RecordTable.of(_together(crowd)))
    assert _fused(outcome) == 0


@pytest.mark.parametrize("crowded", ["name.given", "name.family"])
def test_relatives_are_not_fused_by_a_crowd_of_one_name(crowded: str) -> None:
    crowd = 5000
    drawn = np.random.default_rng(7).choice(list("bvgdklmnpr"), (crowd, 6))
    other = [["".join(row).title()] for row in drawn]
    numbers = np.random.default_rng(8).permutation(10_000_000)[:crowd].tolist()
    phones = [[f"+38067{number:07d}"] for number in numbers]
    rest = {"name.given", "name.family"} - {crowded}
    rows = repeated(crowd, **{crowded.replace(".", "_"): "Test"})
    rows = rows.append_column(rest.pop(), pa.array(other))
    rows = rows.append_column("phone", pa.array(phones))
    outcome = resolve(RecordTable.of(_together(rows)))
    found = compare(outcome.cluster[: len(TABLE)], np.array(TRUTH)).pairwise
    assert found.precision > 0.95


def test_short_forms_can_be_left_out_by_themselves() -> None:
    names = ["Олександр", "Саша", "Oleksandr", "Robert", "Bob"]
    table = RecordTable.of(
        pa.table({"record_id": list("abcde"), "name.given": [[n] for n in names]})
    )
    roots = {
        (script, short): features(table, script_keys=script, diminutives=short)
        .fields["given.root"]
        .first.tolist()
        for script in (True, False)
        for short in (True, False)
    }
    assert roots[True, True] == [0, 0, 0, 1, 1]
    assert roots[True, False] == [0, 1, 0, 2, 3]
    assert roots[False, True] == [0, 0, 1, 2, 3]
    assert roots[False, False] == [0, 1, 2, 3, 4]


def test_a_phone_of_thousands_fuses_nobody() -> None:
    shared = repeated(5000, phone="+380501234567")
    syllables = np.array(["ba", "ve", "go", "di", "ka", "le", "mo", "ni", "pu", "ru"])
    drawn = np.random.default_rng(3).choice(syllables, (5000, 7))
    given = [["".join(row[:3]).title()] for row in drawn]
    family = [["".join(row[3:]).title()] for row in drawn]
    shared = shared.append_column("name.given", pa.array(given))
    shared = shared.append_column("name.family", pa.array(family))
    outcome = resolve(RecordTable.of(_together(shared)))
    assert _fused(outcome) < 50  # alike by chance, of 5,000


def test_crowds_beside_ordinary_people_fuse_nobody() -> None:
    table, truth = crowded(people=300, tests=2000, callers=3000)
    cluster = resolve(table).cluster
    ordinary = slice(0, 600)
    found = compare(cluster[ordinary], truth[ordinary]).pairwise
    assert (found.precision, found.recall) == (1.0, 1.0)
    assert len(np.unique(cluster[600:])) == len(table) - 600


def test_constant_and_empty_columns_and_endless_names_do_no_harm() -> None:
    table, truth = customers(60)
    rows = len(table)
    odd = pa.table(
        {
            "record_id": table.ids,
            "address.city": [["Kyiv"]] * rows,
            "email": pa.array([[]] * rows, pa.list_(pa.string())),
            "occupation": [["x" * 10_000]] * rows,
        }
    )
    extra = RecordTable.of(odd).values
    values = {**table.values, **extra}
    changed = RecordTable(table.ids, table.source, table.organization, values)
    found = compare(resolve(changed).cluster, np.array(truth)).pairwise
    assert found.precision > 0.99


def test_records_that_say_nothing_stay_alone_and_are_counted() -> None:
    table = RecordTable.of(pa.table({"record_id": ["a", "b"], "sex": [["f"], ["f"]]}))
    outcome = resolve(table)
    assert outcome.cluster.tolist() == [0, 1]
    assert outcome.report.nothing == 2


def test_no_records_are_no_parties() -> None:
    table = RecordTable.of(_none())
    assert resolve(table).cluster.tolist() == []


def _none() -> pa.Table:
    return pa.table({"record_id": pa.array([], pa.string())})


def _fused(outcome: Resolution) -> int:
    """How many records of a crowd behind the table share a party with any other."""
    sizes = np.bincount(outcome.cluster, minlength=len(outcome.cluster))
    return int((sizes[outcome.cluster[len(TABLE) :]] > 1).sum())


def _together(crowd: pa.Table) -> pa.Table:
    """A crowd beside ordinary customers."""
    rows: list[dict[str, object]] = []
    listed = {name: one.lists(len(TABLE)) for name, one in TABLE.values.items()}
    for at, name in enumerate(TABLE.ids):
        rows.append({"record_id": name, **{a: v[at] for a, v in listed.items()}})
    return pa.Table.from_pylist(rows + crowd.to_pylist())
