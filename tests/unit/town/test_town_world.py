"""Families, names, ties and cascades are as planted."""

import numpy as np
import pytest

from ingest.town.cascade import NEVER, delays
from ingest.town.network import COLLEAGUE, FRIEND, PARENT, SPOUSE
from ingest.town.people import CHILD
from ingest.town.pools import SPELLINGS, UK, load_names
from ingest.town.world import Life, World, create, live


@pytest.fixture(scope="module")
def world() -> World:
    return create(6000, 5)


@pytest.fixture(scope="module")
def life(world: World) -> Life:
    return live(world)


def test_children_are_younger_and_bear_their_father_s_names(world: World) -> None:
    people, called = world.people, world.called
    child = np.flatnonzero(people.father >= 0)
    father = people.father[child]
    years = (people.birth[child] - people.birth[father]) / 365.25
    assert years.min() > 14
    assert (called.father_given[child] == called.given[father]).all()
    at_home = child[people.role[child] == CHILD]
    assert (
        called.surname[at_home] == called.surname[people.father[at_home]]
    ).mean() > 0.9
    daughters = child[people.sex[child] == 0]
    feminine = world.names.patronymic[0][called.father_given[daughters], UK]
    ends = [text[-2:] for text in feminine if text]
    assert set(ends) == {"на"}


def test_marriages_are_mutual_and_change_names(world: World) -> None:
    people, called = world.people, world.called
    wed = np.flatnonzero(people.spouse >= 0)
    assert (people.spouse[people.spouse[wed]] == wed).all()
    wives = wed[people.sex[wed] == 0]
    took = called.surname[wives] == called.surname[people.spouse[wives]]
    assert 0.75 < took.mean() < 0.95
    assert (called.maiden[wives] >= 0).mean() > 0.7


def test_names_differ_between_the_sexes_and_scripts() -> None:
    names = load_names()
    assert names.given.shape[1] == len(SPELLINGS)
    feminine, masculine = names.surname
    assert len(masculine) > 1500
    assert (feminine[:, UK] != masculine[:, UK]).mean() > 0.2
    for text in masculine[:, 2]:
        assert text.isascii(), text


def test_landlines_are_shared_by_households_only(world: World) -> None:
    lines = world.contacts.landline
    known = lines[lines >= 0]
    assert len(np.unique(known)) == len(known)
    assert 0.4 < len(known) / len(lines) < 0.6
    tax = world.contacts.tax_id[world.contacts.tax_id >= 0]
    assert len(np.unique(tax)) == len(tax)
    first = world.contacts.mobile[:, 0]
    assert len(np.unique(first)) == len(first)


def test_ties_are_a_small_world(world: World, life: Life) -> None:
    network = life.network
    kinds = np.bincount(network.kind)
    assert kinds[SPOUSE] == (world.people.spouse >= 0).sum() // 2
    parents = (world.people.father >= 0).sum() + (world.people.mother >= 0).sum()
    assert kinds[PARENT] == parents
    assert kinds[COLLEAGUE] > 0
    friends = network.kind == FRIEND
    same = network.taste[network.one[friends]] == network.taste[network.other[friends]]
    assert same.mean() > 2 * np.sum((np.bincount(network.taste) / len(world)) ** 2), (
        "friends share tastes"
    )
    pairs = {
        (min(a, b), max(a, b))
        for a, b in zip(network.one.tolist(), network.other.tolist(), strict=True)
    }
    assert len(pairs) == len(network.one)


def test_cascades_recover_the_planted_probabilities(life: Life) -> None:
    edges, took = life.influence, life.adoptions
    order = np.argsort(edges.probability)
    for part in np.array_split(order, 8):
        tried = took.trials[part].sum()
        expected = (edges.probability[part] * took.trials[part]).sum() / tried
        spread = 4 * np.sqrt(expected / tried)
        assert abs(took.successes[part].sum() / tried - expected) < spread


def test_a_prompted_purchase_follows_its_prompter_s(world: World, life: Life) -> None:
    took = life.adoptions
    day = np.full((len(world), life.goods.adopted), NEVER)
    day[took.person, took.product] = took.day
    assert (day < NEVER).sum() == len(took.person)
    prompted = took.by >= 0
    before = day[took.by[prompted], took.product[prompted]]
    assert (before < took.day[prompted]).all()
    edges = life.influence
    known = set(zip(edges.source.tolist(), edges.target.tolist(), strict=True))
    pairs = zip(took.by[prompted].tolist(), took.person[prompted].tolist(), strict=True)
    assert set(pairs) <= known
    assert 0.25 < prompted.mean() < 0.7


def test_delays_are_geometric_from_one_day() -> None:
    found = delays(np.linspace(0, 1, 100_000, endpoint=False))
    assert found.min() == 1
    assert found.mean() == pytest.approx(9.0, rel=0.02)


def test_those_who_never_buy_do_not(life: Life) -> None:
    assert not life.network.never_buys[life.purchases.person].any()
    assert life.network.never_buys[life.unwon.person].all()
    never = life.network.never_buys
    assert not never[life.influence.source].any()
    assert not never[life.influence.target].any()
