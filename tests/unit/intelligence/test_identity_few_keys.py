"""All keys of a few records are those that the batch makes column by column."""

import numpy as np
import pytest

from intelligence.identity.blocking.few_keys import keys_of
from intelligence.identity.blocking.key_kinds import MANY, largest, names
from intelligence.identity.blocking.keys import keys
from intelligence.identity.columns.fields import Features
from intelligence.identity.comparisons.preparing import features
from tests.support.desks import SECRET, One, rows

SAID = {
    "name.given": ("Олена", "Ян", "Anna Maria"),
    "name.family": ("Коваль", "Li", "Шевченко"),
    "name.maiden": ("Bondar",),
    "name.patronymic": ("Іванівна", "Олегович"),
    "birth.date": ("1980-01-02", "19??-01-02", "1991-??-??"),
    "birth.place": ("Київ", "Lviv"),
    "phone": ("+380501234567", "102", "+380671112233"),
    "email": ("a@example.com", "b@example.org"),
    "tax_id": ("1234567890", "123"),
    "document": ("КВ123456", "FA654321"),
    "account": ("shop:17",),
    "occupation": ("nurse", "teacher"),
    "address.street": ("вул. Липова", "Lypova"),
    "address.house": ("12", "14а"),
    "address.city": ("Київ", "Lviv"),
    "address.postcode": ("01001", "79000"),
}
FIRMS = ("Промінь Плюс", "Acme Holding", "Acme")


def _records(count: int, seed: int) -> dict[str, One]:
    rng = np.random.default_rng(seed)
    found: dict[str, One] = {}
    for at in range(count):
        said = {
            name: [*rng.choice(values, int(rng.integers(1, 3)))]
            for name, values in SAID.items()
            if rng.random() < 0.7
        }
        firm = bool(rng.random() < 0.3)
        if firm:
            said["organization.name"] = [str(rng.choice(FIRMS))]
        found[f"{at:032x}"] = One("crm", said, organization=firm)
    return found


def _by_columns(ready: Features) -> list[tuple[int, int, int]]:
    return sorted(
        (owner, column.kind, key)
        for column in keys(ready)
        for owner, key in enumerate(column.hashes.tolist())
        if key
    )


@pytest.mark.parametrize("script_keys", [True, False])
@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_they_are_the_same(count: int, *, script_keys: bool) -> None:
    for seed in range(5):
        table = rows(_records(count, 100 * count + seed)).table
        ready = features(table, SECRET, script_keys=script_keys)
        found = keys_of(ready)
        mine = [found.owner.tolist(), found.kind.tolist(), found.hashes.tolist()]
        assert sorted(zip(*mine, strict=True)) == _by_columns(ready)
        again = features(table, SECRET, script_keys=script_keys)
        assert _by_columns(again) == _by_columns(ready)


def test_every_kind_is_made_and_has_a_name_and_a_limit() -> None:
    table = rows(_records(400, 7)).table
    columns = keys(features(table, SECRET, script_keys=True))
    called = names()
    assert {called[column.kind] for column in columns} >= set(MANY)
    assert len(set(called.values())) == len(called)
    assert {column.cap == largest(column.kind) for column in columns} == {True}
