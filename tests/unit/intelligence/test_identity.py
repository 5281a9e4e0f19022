from collections.abc import Sequence

import numpy as np
import pytest

from intelligence.identity.columns.records import PROJECTION
from intelligence.identity.names.names import (
    alike,
    family_key,
    given_key,
    organization_key,
    split,
)
from intelligence.identity.stored import Weighed, weigh
from tests.support.people import Facts, named
from tests.support.snapshots import snapshot_of

NAMES = ("Іван", "Петро", "Марія", "Ольга", "Олег", "Роман", "Ніна", "Зоя", "Юрій")
FAMILIES = ("Коваль", "Бойко", "Ткач", "Мороз", "Кравець", "Лисенко", "Шевчук")
PHONE, MAIL = ("phone", "+380441234567"), ("email", "home@example.org")


def resolved(facts: Facts) -> Weighed:
    snapshot = snapshot_of(PROJECTION, list(facts.nouns.values()), facts.edges)
    return weigh(snapshot, secret=b"secret")


def clusters(facts: Facts, records: Sequence[str]) -> list[set[str]]:
    found = resolved(facts)
    of = dict(zip(found.records.ids, found.cluster.tolist(), strict=True))
    groups: dict[int, set[str]] = {}
    for record in records:
        groups.setdefault(of[record], set()).add(record)
    return list(groups.values())


@pytest.mark.parametrize(
    "forms",
    [
        ("Олександр", "Александр", "Oleksandr", "саша", "САШКО"),
        ("Наталія", "Наталья", "Nataliia", "Наташа"),
        ("Михайло", "Михаил", "Mykhailo", "Міша", "mike"),
        ("Bill", "William", "Will"),
    ],
)
def test_forms_of_one_given_name_share_a_key(forms: tuple[str, ...]) -> None:
    assert len({given_key(form) for form in forms}) == 1


@pytest.mark.parametrize(
    "forms",
    [
        ("Ковальська", "Ковальский", "Kovalskyi", "Kovalska"),
        ("Петрова", "Петров", "PETROV"),
        ("Шевченко", "Shevchenko"),
        ("Лукʼяненко", "Лук'яненко"),
    ],
)
def test_forms_of_one_surname_share_a_key(forms: tuple[str, ...]) -> None:
    assert len({family_key(form) for form in forms}) == 1


def test_different_names_keep_different_keys() -> None:
    assert given_key("Марія") != given_key("Марина")
    assert family_key("Бойко") != family_key("Бойчук")


@pytest.mark.parametrize("slip", ["Нафалья", "Натлья", "Наталььяа", "Натаьля"])
def test_a_slip_in_a_known_given_name_is_mended(slip: str) -> None:
    assert given_key(slip) == given_key("Наталья")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("bondar", "bondar", True),
        ("bondar", "bonder", True),
        ("bondar", "bonda", True),
        ("bondar", "bodnar", True),
        ("bondar", "bonrad", False),
        ("iana", "ivan", False),
        ("li", "lo", False),
        ("", "", False),
    ],
)
def test_keys_a_slip_apart_are_alike(one: str, other: str, *, expected: bool) -> None:
    assert alike(one, other) is alike(other, one) is expected


def test_names_in_each_others_place_are_put_right() -> None:
    facts = Facts()
    a = facts.record("1", named("Рудович", "Назар"), [PHONE])
    b = facts.record("2", named("Назар", "Рудович"), [PHONE])
    assert clusters(facts, [a, b]) == [{a, b}]


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Іваненко Марія Петрівна", ("марія", "іваненко")),
        ("Maria Ivanenko", ("maria", "ivanenko")),
        ("Zelda Quux", ("zelda", "quux")),
        ("Quux", ("", "quux")),
        ("", ("", "")),
    ],
)
def test_a_whole_name_is_split(full: str, parts: tuple[str, str]) -> None:
    assert split(full) == parts


def test_legal_forms_and_word_order_do_not_tell_companies_apart() -> None:
    one, other = organization_key('ТОВ "Рось Софт"'), organization_key("Ros Soft LLC")
    assert one == other


def test_one_person_in_two_scripts_joins_by_a_shared_phone() -> None:
    facts = Facts()
    a = facts.record("1", named("Сергій", "Бондар"), [PHONE])
    b = facts.record("2", named("Sergey", "Bondar"), [PHONE], source="web")
    assert clusters(facts, [a, b]) == [{a, b}]


def test_relatives_on_one_landline_and_mailbox_stay_apart() -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"), [PHONE, MAIL])
    b = facts.record("2", named("Марія", "Коваль"), [PHONE, MAIL])
    c = facts.record("3", named("Марійка", "Коваль"), [PHONE])
    assert clusters(facts, [a, b, c]) == [{a}, {b, c}]


def test_a_nameless_record_joins_the_only_name_at_its_number() -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"), [PHONE])
    call = facts.record("+380441234567", {}, [PHONE], source="calls")
    found = resolved(facts)
    assert found.cluster.tolist() == [0, 0]
    assert 0.5 < found.probability[found.records.ids.index(call)] < 0.9
    assert clusters(facts, [a, call]) == [{a, call}]


def test_a_call_is_as_surely_of_who_has_several_numbers() -> None:
    facts = Facts()
    other = ("phone", "+380670000001")
    for place, family in enumerate(FAMILIES * 20):
        facts.record(f"c-{place}", named(NAMES[place % len(NAMES)], family), [])
    for key, phone in (("1", PHONE), ("2", other), ("3", other), ("4", other)):
        facts.record(key, named("Зорян", "Вітрук", birth_date="1980-02-03"), [phone])
    call = facts.record("call", {}, [PHONE], source="calls")
    found = resolved(facts)
    row = found.records.ids.index(call)
    assert (found.cluster == found.cluster[row]).sum() == 5
    assert found.probability[row] > 0.5


def test_a_nameless_record_is_no_bridge_between_two_people() -> None:
    facts = Facts()
    other = ("phone", "+380670000001")
    a = facts.record("1", named("Іван", "Коваль"), [PHONE])
    b = facts.record("2", named("Зоя", "Ткач"), [other])
    call = facts.record("call", {}, [PHONE, other], source="calls")
    assert clusters(facts, [a, b, call]) == [{a}, {b}, {call}]


def test_calls_of_an_unknown_number_are_of_one_caller() -> None:
    facts = Facts()
    calls = [facts.record(str(n), {}, [PHONE], source="calls") for n in range(12)]
    other = facts.record("x", {}, [("phone", "+380670000001")], source="calls")
    assert clusters(facts, [*calls, other]) == [set(calls), {other}]


def test_many_calls_on_a_shared_number_stay_alone() -> None:
    facts = Facts()
    people = [
        facts.record(given, named(given, "Коваль"), [PHONE])
        for given in ("Іван", "Марія")
    ]
    calls = [facts.record(str(n), {}, [PHONE], source="calls") for n in range(12)]
    assert len(clusters(facts, [*people, *calls])) == 14


def test_ten_thousand_anonymous_visitors_do_not_weaken_the_few_who_are_known() -> None:
    facts = Facts()
    for place in range(10_000):
        facts.record(f"v-{place}", {}, [("shop:cookie", f"c{place}")], source="web")
    account = ("shop:account", "77")
    visitor = facts.record("anon", {}, [("shop:cookie", "c"), account], source="web")
    owner = facts.record("77", named("Ольга", "Мороз"), [account], source="shop")
    a = facts.record("1", named("Сергій", "Бондар"), [PHONE])
    b = facts.record("2", named("Sergey", "Bondar"), [PHONE], source="shop")
    found = resolved(facts)
    assert clusters(facts, [visitor, owner, a, b]) == [{visitor, owner}, {a, b}]
    assert len(np.unique(found.cluster)) == 10_002


def test_a_nameless_record_stays_alone_where_two_people_share_its_number() -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"), [PHONE])
    b = facts.record("2", named("Марія", "Коваль"), [PHONE])
    call = facts.record("+380441234567", {}, [PHONE], source="calls")
    assert clusters(facts, [a, b, call]) == [{a}, {b}, {call}]


def test_a_login_joins_the_anonymous_visitor_to_the_account() -> None:
    facts = Facts()
    account = ("shop:account", "77")
    visitor = facts.record("anon-1", {}, [("shop:cookie", "c1"), account], source="web")
    owner = facts.record("77", named("Ольга", "Мороз"), [account], source="shop")
    assert clusters(facts, [visitor, owner]) == [{visitor, owner}]


def test_two_people_who_log_in_on_one_browser_are_not_fused() -> None:
    facts = Facts()
    ids = [("shop:account", "1"), ("shop:account", "2")]
    visitor = facts.record("anon-1", {}, ids, source="web")
    a = facts.record("1", named("Ольга", "Мороз"), ids[:1], source="shop")
    b = facts.record("2", named("Петро", "Мороз"), ids[1:], source="shop")
    found = clusters(facts, [visitor, a, b])
    assert not any({a, b} <= group for group in found)


def test_a_hub_joins_nobody_by_a_given_name_alone() -> None:
    facts = Facts()
    for place, family in enumerate(FAMILIES * 40):
        said = named(NAMES[place % len(NAMES)], family)
        facts.record(f"c-{place}", said, [("phone", f"+38050{place:07}")])
    people = [
        facts.record(str(n), named(given, ""), [PHONE])
        for n, given in enumerate((*NAMES, "Іван"))
    ]
    assert len(clusters(facts, people)) == len(people)


def test_two_companies_of_one_name_and_different_numbers_stay_apart() -> None:
    facts = Facts()
    said = {"organization.name": ["ТОВ Рось"]}
    a = facts.record("1", said, [("UA:tax", "11111111")], organization=True)
    b = facts.record("2", said, [("UA:tax", "22222222")], organization=True)
    c = facts.record("3", {"organization.name": ["Ros LLC"]}, organization=True)
    assert clusters(facts, [a, b, c]) == [{a}, {b}, {c}]  # the third may be either


def test_a_company_known_by_number_and_by_name_alone_is_one() -> None:
    facts = Facts()
    said = {"organization.name": ["ТОВ Рось"]}
    a = facts.record("1", said, [("UA:tax", "11111111")], organization=True)
    b = facts.record("2", {"organization.name": ["Ros LLC"]}, organization=True)
    assert clusters(facts, [a, b]) == [{a, b}]


def test_people_with_different_tax_numbers_stay_apart() -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"), [PHONE, ("UA:tax", "3120407259")])
    b = facts.record("2", named("Іван", "Коваль"), [PHONE, ("UA:tax", "2856113640")])
    assert clusters(facts, [a, b]) == [{a}, {b}]


def test_a_company_and_its_owner_are_never_one_party() -> None:
    facts = Facts()
    a = facts.record("1", {"organization.name": ["Рось"]}, [PHONE], organization=True)
    b = facts.record("2", {}, [PHONE])
    assert clusters(facts, [a, b]) == [{a}, {b}]


def test_who_has_but_an_organizations_name_is_one_whatever_the_record_says() -> None:
    facts = Facts()
    said = {"organization.name": ["ТОВ Рось"]}
    a = facts.record("1", said, organization=True)
    b = facts.record("2", {"organization.name": ["Ros LLC"]})
    c = facts.record("3", {**said, **named("Іван", "Коваль")})
    assert clusters(facts, [a, b, c]) == [{a, b}, {c}]


def test_decisions_overrule_the_evidence_and_the_latest_stands() -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"), [("UA:tax", "1")])
    b = facts.record("2", named("Іван", "Коваль"), [("UA:tax", "1")])
    c = facts.record("3", named("Зоя", "Ткач"))
    facts.decide("different", a, b, at=10)
    facts.decide("same", b, c, at=10)
    assert clusters(facts, [a, b, c]) == [{a}, {b, c}]

    facts.decide("withdraw", b, c, at=20)
    facts.decide("same", a, b, at=20)
    assert clusters(facts, [a, b, c]) == [{a, b}, {c}]


def test_who_is_decided_or_alone_is_certain_and_others_are_nearly() -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"), [PHONE])
    b = facts.record("2", named("Іван", "Коваль"), [PHONE])
    c = facts.record("3", named("Зоя", "Ткач"))
    found = resolved(facts)
    sure = dict(zip(found.records.ids, found.probability.tolist(), strict=True))
    assert sure[c] == 1.0
    assert 0.95 < sure[a] == sure[b] < 1.0


def test_an_empty_snapshot_resolves_to_nothing() -> None:
    assert len(resolved(Facts()).records) == 0
