from collections.abc import Callable

import pytest

from graph.model import Interaction
from graph.snapshot import Snapshot
from intelligence.addresses import address_key
from intelligence.addresses import dwelling as words
from intelligence.parties import read
from intelligence.relationships.relate import Relations, relate
from tests.support.people import IDS, Facts, named

Resolved = Callable[..., tuple[Snapshot, dict[str, int]]]
DAY = 86_400_000_000


def dwelling(house: str, flat: str, street: str = "вулиця Садова") -> dict[str, str]:
    return {
        "address_city": "Київ",
        "address_street": street,
        "address_house": house,
        "address_flat": flat,
    }


def related(resolved: Resolved, facts: Facts) -> tuple[Relations, dict[str, int]]:
    snapshot, places = resolved(facts)
    return relate(snapshot, read(snapshot), IDS), places


def homes(found: Relations) -> list[set[int]]:
    groups: dict[int, set[int]] = {}
    pairs = zip(
        found.households.member.tolist(),
        found.households.household.tolist(),
        strict=True,
    )
    for member, home in pairs:
        groups.setdefault(home, set()).add(member)
    return list(groups.values())


def ties(found: Relations, kind: str) -> dict[tuple[int, int], float]:
    rows = zip(
        found.ties.source.tolist(),
        found.ties.target.tolist(),
        found.ties.kind,
        found.ties.strength.tolist(),
        strict=True,
    )
    return {(a, b): strength for a, b, name, strength in rows if name == kind}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (dwelling("12", "3"), dwelling("12", "3", "Sadova street")),
        (dwelling("12а", "3"), dwelling("12-А", "кв. 3", "ул. Садова")),
    ],
)
def test_one_dwelling_has_one_key_however_it_is_written(
    one: dict[str, str], other: dict[str, str]
) -> None:
    a, b = (named("", "", **said) for said in (one, other))
    assert address_key(a) == address_key(b) != ""


def test_a_dwelling_is_told_in_order_with_its_town_once() -> None:
    parts = {"address.street": ["вул. Медова"], "address.house": ["5"]}
    town = {"address.city": ["Київ"]}
    whole = {"address.full": ["Медова, 5"]}
    assert words(town | parts) == "Київ, вул. Медова, 5"
    assert words(town | whole) == "Київ, Медова, 5"
    assert (
        words(town | {"address.full": ["м. Київ, Медова, 5"]}) == "м. Київ, Медова, 5"
    )


def test_flats_of_one_house_are_two_dwellings() -> None:
    a, b = (named("", "", **dwelling("12", flat)) for flat in ("3", "4"))
    assert address_key(a) != address_key(b)
    assert address_key({"address.street": ["Садова"]}) == ""
    assert address_key({"address.full": ["Київ, Садова 12"]}) != ""


def test_people_of_one_flat_are_a_household_the_surer_by_surname(
    resolved: Resolved,
) -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль", **dwelling("12", "3")))
    b = facts.record("2", named("Зоя", "Коваль", **dwelling("12", "3")))
    c = facts.record("3", named("Олег", "Ткач", **dwelling("12", "3")))
    facts.record("4", named("Яна", "Коваль", **dwelling("12", "9")))
    found, place = related(resolved, facts)
    assert homes(found) == [{place[a], place[b], place[c]}]
    sure = dict(
        zip(
            found.households.member.tolist(),
            found.households.confidence.tolist(),
            strict=True,
        )
    )
    assert sure[place[a]] == sure[place[b]] == 0.9
    assert sure[place[c]] == 0.6


def test_who_moves_leaves_the_household(resolved: Resolved) -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль", **dwelling("12", "3")), at=1)
    b = facts.record("2", named("Зоя", "Коваль", **dwelling("12", "3")), at=1)
    c = facts.record("3", named("Яна", "Бойко", **dwelling("7", "1")), at=1)
    facts.says(b, named("Зоя", "Коваль", **dwelling("7", "1")), at=2)
    found, place = related(resolved, facts)
    assert homes(found) == [{place[b], place[c]}]
    assert place[a] not in found.households.member


def test_a_surname_and_a_landline_make_a_household_without_an_address(
    resolved: Resolved,
) -> None:
    facts = Facts()
    line = [("phone", "+380441112233")]
    a = facts.record("1", named("Іван", "Коваль"), line)
    b = facts.record("2", named("Зоя", "Коваль"), line)
    facts.record("3", named("Олег", "Ткач"), line)
    found, place = related(resolved, facts)
    assert homes(found) == [{place[a], place[b]}]
    assert found.households.names == ["Коваль"]


def home_of(street: str, house: str, flat: str, city: str = "Київ") -> dict[str, str]:
    return {
        "address_city": city,
        "address_street": street,
        "address_house": house,
        "address_flat": flat,
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (home_of("Садова", "12", "3"), home_of("Садовая", "12", "3")),
        (home_of("Садова", "12", "3"), home_of("Садова", "12", "")),
        (home_of("Садова", "12", "3"), home_of("Свдова", "12", "3")),
        (
            home_of("Харківська", "7", "", "Обухів"),
            home_of("Харьковская", "7", "", "Обухов"),
        ),
    ],
)
def test_a_family_lives_together_however_it_writes_its_address(
    resolved: Resolved, one: dict[str, str], other: dict[str, str]
) -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль", **one))
    b = facts.record("2", named("Зоя", "Коваль", **other))
    facts.record("3", named("Яна", "Ткач", **home_of("Садова", "99", "")))
    found, place = related(resolved, facts)
    assert homes(found) == [{place[a], place[b]}]


def test_a_missing_flat_that_may_be_one_of_two_is_neither(resolved: Resolved) -> None:
    facts = Facts()
    for number, flat in enumerate(("3", "9", "")):
        said = named("Іван", "Коваль", **home_of("Садова", "12", flat))
        facts.record(str(number), said)
    assert homes(related(resolved, facts)[0]) == []


def test_two_families_on_one_line_are_two_households(resolved: Resolved) -> None:
    facts = Facts()
    line = [("phone", "+380441112233")]
    for number, (given, family) in enumerate(
        [("Іван", "Коваль"), ("Зоя", "Коваль"), ("Олег", "Ткач"), ("Яна", "Ткач")]
    ):
        facts.record(str(number), named(given, family), line)
    found, _ = related(resolved, facts)
    assert len(homes(found)) == len(set(found.household_ids)) == 2


def test_a_dormitory_is_no_household(resolved: Resolved) -> None:
    facts = Facts()
    for number in range(13):
        facts.record(str(number), named("Іван", f"Коваль{number}", **dwelling("1", "")))
    assert homes(related(resolved, facts)[0]) == []


def test_an_employer_is_stated_or_named(resolved: Resolved) -> None:
    facts = Facts()
    firm = {"organization.name": ['ТОВ "Рось"']}
    ros = facts.record("ros", firm, organization=True)
    a = facts.record("1", named("Іван", "Коваль"))
    facts.states(a, "works_for", ros, at=3 * DAY)
    said = named("Зоя", "Ткач", organization_name="Ros LLC", job_title="інженер")
    b = facts.record("2", said, at=DAY)
    facts.record("3", named("Олег", "Бойко", organization_name="Нема такої"))
    found, place = related(resolved, facts)
    jobs = found.employments
    rows = {
        person: (employer, since, sure, title)
        for person, employer, since, sure, title in zip(
            jobs.person.tolist(),
            jobs.employer.tolist(),
            jobs.since.tolist(),
            jobs.confidence.tolist(),
            jobs.titles,
            strict=True,
        )
    }
    assert rows == {
        place[a]: (place[ros], 3 * DAY, 0.9, ""),
        place[b]: (place[ros], DAY, 0.8, "інженер"),
    }
    pair = tuple(sorted((place[a], place[b])))
    assert list(ties(found, "colleague")) == [pair]


def test_ties_come_from_statements_and_from_talk(resolved: Resolved) -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"))
    b = facts.record("2", named("Зоя", "Ткач"))
    facts.states(a, "spouse", b, at=DAY)
    facts.states(b, "spouse", a, at=2 * DAY)
    post = facts.add(Interaction(id=IDS.of("Interaction", "p"), kind="post"))
    facts.edge("BY", post, b)
    replies: list[str] = []
    for number in range(4):
        reply = Interaction(
            id=IDS.of("Interaction", number), kind="reply", observed_at=number * DAY
        )
        replies.append(facts.add(reply))
        facts.edge("BY", reply.id, a)
        facts.edge("REPLY_TO", reply.id, post)
    found, place = related(resolved, facts)
    low, high = sorted((place[a], place[b]))
    assert ties(found, "spouse") == {(low, high): 1.0}  # mutual: once
    answered = ties(found, "replies")
    assert answered == {(place[a], place[b]): pytest.approx(4 / 6)}
    at = found.ties.kind.index("replies")
    assert found.ties.count[at] == 4
    assert found.ties.since[at] == 0
    assert found.ties.evidence[at] == replies[1:]  # the latest three


def test_one_reply_is_one_sight_of_one_kind(resolved: Resolved) -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"))
    b = facts.record("2", named("Зоя", "Ткач"))
    post = facts.add(Interaction(id=IDS.of("Interaction", "p"), kind="post"))
    facts.edge("BY", post, b)
    for day, kind in ((1, "reply"), (2, "post")):
        said = Interaction(
            id=IDS.of("Interaction", day), kind=kind, observed_at=day * DAY
        )
        facts.add(said)
        facts.edge("BY", said.id, a)
        facts.edge("WITH", said.id, b)
        facts.states(a, "mentions", b, at=day * DAY)
    facts.edge("REPLY_TO", IDS.of("Interaction", 1), post)
    facts.states(a, "replies_to", b, at=DAY)
    facts.states(b, "replies_to", a, at=3 * DAY)  # to a post that nobody has
    found, place = related(resolved, facts)
    there, back = (place[a], place[b]), (place[b], place[a])
    assert ties(found, "replies") == {
        there: pytest.approx(1 / 3),
        back: pytest.approx(1 / 3),
    }
    assert ties(found, "mentions") == {there: pytest.approx(1 / 3)}
    assert set(found.ties.kind) == {"replies", "mentions"}
    assert found.ties.count.tolist() == [1, 1, 1]


def test_nobody_is_tied_to_himself(resolved: Resolved) -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"))
    facts.states(a, "follows", a, at=DAY)
    assert related(resolved, facts)[0].ties.kind == []


def test_a_street_without_people_has_no_relations(resolved: Resolved) -> None:
    found, _ = related(resolved, Facts())
    assert found.household_ids == []
    assert found.ties.kind == []
