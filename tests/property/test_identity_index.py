"""An index that was kept up through any history is one that is made anew."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Texts
from intelligence.identity import engine
from intelligence.identity.clustering import pooling
from intelligence.identity.clustering.attaching import bare
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.index.delta import Delta
from intelligence.identity.index.near import Near
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Scorer
from tests.support.desks import SECRET, One, Records, desk, generation, put, rows

GIVEN = ("Олена", "Олег", "Ivan", "Саша", "Anna Maria")
FAMILY = ("Коваль", "Kovalenko", "Шевченко", "Bondar")
PHONES = ("+380501234567", "+380501234568", "+380671112233")
FIRMS = ("Промінь", "Промінь Плюс", "Acme Holding", "Acme")
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "name.given": GIVEN,
    "name.family": FAMILY,
    "name.patronymic": ("Іванівна", "Олегович"),
    "birth.date": ("1980-01-02", "1980-02-01", "19??-01-02", "1991-12-31"),
    "phone": PHONES,
    "email": ("a@example.com", "b@example.com", "ab@example.org"),
    "tax_id": ("1234567890", "1234567891"),
    "address.street": ("вул. Липова", "Lypova"),
    "address.house": ("12", "14а"),
    "address.city": ("Київ", "Lviv"),
}
FULL: Texts = {name: list(values[:3]) for name, values in ATTRIBUTES.items()}
"""Says all there is to say, so that no field appears or grows with the history."""

person = st.builds(
    lambda source, said: One(source, {k: v for k, v in said.items() if v}),
    st.sampled_from(["crm", "shop", "call"]),
    st.fixed_dictionaries(
        {},
        optional={
            name: st.lists(st.sampled_from(values), max_size=2, unique=True)
            for name, values in ATTRIBUTES.items()
        },
    ),
)
firm = st.builds(
    lambda source, name, phone: One(
        source, {"organization.name": [name], **phone}, organization=True
    ),
    st.sampled_from(["crm", "shop"]),
    st.sampled_from(FIRMS),
    st.sampled_from([{}, {"email": ["a@example.com"]}]),
)
record = st.one_of(person, person, firm)
ids = st.integers(1, 9).map(lambda number: f"{number:032x}")
party = st.sampled_from(["", f"{100:032x}", f"{101:032x}", f"{102:032x}"])
step = st.one_of(
    st.tuples(st.just("put"), st.dictionaries(ids, record, max_size=4), party),
    st.tuples(st.just("gone"), st.sets(ids, max_size=3), party),
    st.tuples(st.just("home"), st.sets(ids, max_size=3), party),
)
KEPT = {
    f"{20:032x}": One("crm", FULL),
    f"{21:032x}": One("crm", {"organization.name": ["Acme"]}, organization=True),
}


@pytest.fixture(scope="module")
def model() -> Model:
    """Weights learned from a crowd that says everything."""
    rng = np.random.default_rng(7)
    crowd: dict[str, One] = dict(KEPT)
    for number in range(400):
        said = {
            name: [values[int(rng.integers(len(values)))]]
            for name, values in ATTRIBUTES.items()
            if rng.random() < 0.8
        }
        for copy in range(1 + number % 2):
            key = f"{1000 + 2 * number + copy:032x}"
            crowd[key] = One(("crm", "shop", "call")[number % 3], said)
    for number, name in enumerate(FIRMS * 5):
        said = {"organization.name": [name], "email": [f"{number}@example.com"]}
        crowd[f"{9000 + number:032x}"] = One("crm", said, organization=True)
    chosen = engine.Settings(secret=SECRET)
    return Model.from_bytes(engine.resolve(rows(crowd).table, settings=chosen).model)


def told(near: Near) -> dict[tuple[int, str], tuple[object, ...]]:
    scores = near.scores
    parts = (scores.match, scores.relative, scores.stranger, scores.against)
    return {
        (int(which), key): (home, *(round(float(part[at]), 9) for part in parts))
        for at, (which, key, home) in enumerate(
            zip(near.asked, near.record, near.party, strict=True)
        )
    }


def weighed_by_batch(model: Model, near: Near, records: Records) -> None:
    """Equal to the engine's scorer over all records, the asked ones among them."""
    every = rows(records)
    scorer = Scorer(model, features(every.table, SECRET, script_keys=model.script_keys))
    place = {key: at for at, key in enumerate(every.table.ids)}
    mine = [near.little.ids[at] for at in near.asked.tolist()]
    wanted = scorer.score(
        np.array([place[key] for key in mine], dtype=np.int64),
        np.array([place[key] for key in near.record], dtype=np.int64),
    )
    for name in ("match", "relative", "stranger", "against"):
        found = getattr(near.scores, name)
        np.testing.assert_allclose(found, getattr(wanted, name), rtol=0, atol=1e-6)


Step = tuple[str, object, str]


@dataclass
class World:
    """What there is after a history, and an index that was kept up through it."""

    now: dict[str, One]
    homes: dict[str, str]
    delta: Delta

    def follow(self, step: Step) -> None:
        """Do one thing to the records and to the index."""
        kind, what, home = step
        some = sorted(what)  # type: ignore[call-overload]
        if kind == "put":
            assert isinstance(what, dict)
            self.now |= what
            self.homes |= dict.fromkeys(some, home)
            put(self.delta, what, self.homes)
        elif kind == "gone":
            self.now = {key: one for key, one in self.now.items() if key not in some}
            self.delta.remove(some)
        else:
            there = [key for key in some if key in self.now]
            self.homes |= dict.fromkeys(there, home)
            self.delta.assign(there, [home] * len(there))


def brought_along(near: Near, world: World, asked: Records) -> None:
    """All records of the parties of likely pairs are in the little table."""
    inside = set(near.little.ids[len(asked) :])
    for key, home in world.homes.items():
        if home and home in near.party and key in world.now and key not in asked:
            assert key in inside


@settings(max_examples=40, deadline=None)
@given(
    first=st.dictionaries(ids, record, max_size=6),
    history=st.lists(step, min_size=1, max_size=5),
    asked=st.dictionaries(ids, record, min_size=1, max_size=2),
)
def test_any_history(
    model: Model, first: dict[str, One], history: list[Step], asked: dict[str, One]
) -> None:
    script = model.script_keys
    began = KEPT | first
    world = World(began, {}, Delta(generation(began, {}, script_keys=script), SECRET))
    for one in history:
        world.follow(one)
    now, delta = world.now, world.delta
    anew = Delta(generation(now, world.homes, script_keys=script), SECRET)
    assert delta.alive == anew.alive == len(now)
    kept, fresh = desk(delta, model), desk(anew, model)
    question = rows(asked)
    near = kept.near(question)
    assert told(near) == told(fresh.near(question))
    assert near.hubs == fresh.near(question).hubs
    weighed_by_batch(model, near, now | asked)
    likely = kept.near(question, homes=True)
    alone = bare(near.little.features)[near.asked]
    floor = np.where(alone, engine.LEAST, pooling.NEAR)
    pairs = zip(told(near).items(), near.scores.odds > floor, strict=True)
    assert told(likely) == dict(one for one, is_likely in pairs if is_likely)
    brought_along(likely, world, asked)
    stored = kept.near_of(sorted(now))
    assert told(stored) == told(fresh.near_of(sorted(now)))
    weighed_by_batch(model, stored, now)
    parties = sorted({home for home in world.homes.values() if home})
    against = kept.against(question, parties)
    assert told(against) == told(fresh.against(question, parties))
