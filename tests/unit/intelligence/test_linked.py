from collections.abc import Callable

from graph.model import Edge, Household
from graph.snapshot import Snapshot
from intelligence.linked.linked import AT_HOME, MOST_HOLDERS, PROJECTION, links, rings
from intelligence.parties import read
from tests.support.people import IDS, Facts, named

Resolved = Callable[..., tuple[Snapshot, dict[str, int]]]
IBAN, DEVICE = ("iban", "UA1"), ("device", "d1")
NAMES = ("Іван", "Зоя", "Олег", "Яна", "Роман", "Ніна", "Юрій", "Алла", "Лев", "Віра")


def crowd(facts: Facts, size: int, kind: str = "iban") -> None:
    """People with something of their own, so that sharing is a surprise."""
    for number in range(size):
        name = named(NAMES[number % 10], f"Окремий{number}")
        facts.record(f"own{number}", name, [(kind, f"own{number}")])


def test_strangers_at_one_account_are_a_ring(resolved: Resolved) -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"), [IBAN])
    b = facts.record("2", named("Зоя", "Ткач"), [IBAN])
    crowd(facts, 50)
    snapshot, place = resolved(facts, PROJECTION)
    parties = read(snapshot)
    found = links(snapshot, parties)
    assert found.score.tolist() == [found.score.max()]
    ring = rings(snapshot, parties, found, IDS)
    assert ring.members == [sorted([place[a], place[b]])]
    assert ring.kinds == ["iban"]
    assert 0 < ring.severity(0) < 1
    assert ring.evidence[0][0]["parties"] == 2


def test_sharing_at_home_or_in_the_family_weighs_little_and_makes_no_ring(
    resolved: Resolved,
) -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"), [IBAN])
    b = facts.record("2", named("Зоя", "Ткач"), [IBAN])
    facts.record("3", named("Олег", "Мороз"), [DEVICE])
    facts.record("4", named("Яна", "Мороз"), [DEVICE])
    crowd(facts, 50)
    crowd(facts, 50, "device")
    home = facts.add(Household(id=IDS.of("Household", "x"), name="x"))
    for record in (a, b):
        party = IDS.party(record, 0)
        facts.edges.append(Edge(type="MEMBER_OF", source=party, target=home))
    snapshot, _ = resolved(facts, PROJECTION)
    parties = read(snapshot)
    found = links(snapshot, parties)
    assert found.at_home.tolist() == [True, True]
    assert rings(snapshot, parties, found, IDS).ids == []

    apart, _ = resolved(without_homes(facts), PROJECTION)
    by_account = links(apart, read(apart))
    strangers = ~by_account.at_home
    assert strangers.sum() == 1
    assert found.score[strangers] == by_account.score[strangers] * AT_HOME


def without_homes(facts: Facts) -> Facts:
    alone = Facts()
    alone.nouns = dict(facts.nouns)
    alone.edges = [edge for edge in facts.edges if edge.type != "MEMBER_OF"]
    return alone


def test_a_kiosk_links_nobody(resolved: Resolved) -> None:
    facts = Facts()
    for number in range(MOST_HOLDERS + 1):
        name = named(NAMES[number % 10], f"Перехожий{number}")
        facts.record(str(number), name, [DEVICE])
    snapshot, _ = resolved(facts, PROJECTION)
    assert len(links(snapshot, read(snapshot)).score) == 0


def test_two_unmatched_records_of_one_name_are_no_ring(resolved: Resolved) -> None:
    facts = Facts()
    facts.record("1", named("Іван", "Коваль"), [DEVICE])
    facts.record("2", named("Ivan", "Kowal"), [DEVICE])
    facts.record("3", {}, [DEVICE])
    crowd(facts, 20, "device")
    snapshot, _ = resolved(facts, PROJECTION)
    assert len(links(snapshot, read(snapshot)).score) == 0


def test_fewer_holders_are_the_greater_surprise(resolved: Resolved) -> None:
    facts = Facts()
    facts.record("1", named("Іван", "Коваль"), [IBAN])
    facts.record("2", named("Зоя", "Ткач"), [IBAN])
    for number, given in enumerate(NAMES[:4]):
        name = named(given, ("Ткаченко", "Мороз", "Бойко", "Гончар")[number])
        facts.record(f"s{number}", name, [("iban", "UA2")])
    crowd(facts, 50)
    snapshot, _ = resolved(facts, PROJECTION)
    parties = read(snapshot)
    found = links(snapshot, parties)
    scores = sorted(set(found.score.round(6).tolist()))
    assert len(scores) == 2
    assert len(found.score) == 1 + 6
    assert (found.score == found.score.max()).sum() == 1
    groups = rings(snapshot, parties, found, IDS)
    size = [len(members) for members in groups.members]
    assert groups.scores[size.index(4)] > groups.scores[size.index(2)]
