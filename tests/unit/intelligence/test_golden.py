"""Which value survives, by which rule, and that no order of arrival decides."""

import itertools

import pytest

from intelligence.identity.parties.golden import Member, candidates, party, survivors
from intelligence.identity.parties.survivorship import Survivorship, decided_by

CITY = "address.city"


def member(
    key: str, source: str, *said: tuple[int | None, str], attribute: str = CITY
) -> Member:
    versions = [(when, {attribute: [value]}) for when, value in said]
    caption = f"{source} {key}"
    return Member(key, source, organization=False, caption=caption, said=versions)


MEMBERS = [
    member("1", "crm", (10, "Київ"), (20, "Львів")),
    member("2", "shop", (30, "Суми"), (None, "Львів")),
    member("3", "web", (5, "Київ"), (6, "Київ"), (7, "Івано-Франківськ")),
]


@pytest.mark.parametrize(
    ("rules", "value", "by"),
    [
        (("recent",), "Суми", "recent"),
        (("frequent",), "Київ", "frequent"),
        (("longest",), "Івано-Франківськ", "longest"),
        (("trusted", "recent"), "Львів", "recent"),
        (("trusted", "frequent"), "Київ", "frequent"),
    ],
)
def test_rules_choose_in_order(rules: tuple[str, ...], value: str, by: str) -> None:
    chosen = Survivorship(rules={CITY: rules}, trusted=("crm",))  # type: ignore[dict-item]
    for order in itertools.permutations(MEMBERS):
        assert survivors(list(order), chosen) == {CITY: [value]}
        found = candidates(list(order), chosen)[CITY]
        assert decided_by(CITY, found, chosen) == by
        assert {one.value for one in found} == {
            "Київ", "Львів", "Суми", "Івано-Франківськ",
        }  # fmt: skip


def test_a_tie_goes_to_the_first_by_alphabet() -> None:
    twins = [member("1", "crm", (1, "б")), member("2", "crm", (1, "а"))]
    for order in (twins, twins[::-1]):
        found = candidates(order)[CITY]
        assert [one.value for one in found] == ["а", "б"]
        assert decided_by(CITY, found) == "alphabet"


def test_several_phones_survive_and_evidence_for_fraud_teams_is_none() -> None:
    said = [(n, {"phone": [f"+38050{n}"], "iban": ["UA1"]}) for n in range(7)]
    values = survivors(
        [Member("1", "crm", organization=False, caption="crm 1", said=said)]
    )
    assert values == {"phone": [f"+38050{n}" for n in (6, 5, 4, 3, 2)]}


def test_the_name_to_show_follows_its_own_rules() -> None:
    said = [
        (n, {"name.given": [given], "name.family": ["Коваль"]})
        for n, given in enumerate(("Ганна", "Ганна", "Анна"))
    ]
    one = [Member("1", "crm", organization=False, caption="crm 1", said=said)]
    assert party(one, "p", "m").name == "Ганна Коваль"
    latest = Survivorship(rules={"name": ("recent",)})
    assert party(one, "p", "m", latest).name == "Анна Коваль"
