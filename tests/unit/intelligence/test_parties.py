import numpy as np

from graph.model import Party, Version
from intelligence.identity.columns.records import PROJECTION, read
from intelligence.identity.parties.golden import parties as golden
from intelligence.identity.parties.parties import Parties, Previous, assign
from tests.support.people import IDS, Facts, named
from tests.support.snapshots import snapshot_of

RECORDS = [IDS.record("default", "crm", str(n)) for n in range(6)]


def numbers(*values: int) -> "np.typing.NDArray[np.int64]":
    return np.array(values, dtype=np.int64)


def before(parties: Parties, age: list[int] | None = None) -> Previous:
    ages = age if age is not None else list(range(len(parties.ids)))
    return Previous(
        parties.ids,
        numbers(*ages),
        np.arange(len(parties.party)),
        parties.party,
        frozenset(parties.ids),
    )


def run(clusters: list[int], previous: Previous) -> Parties:
    n = len(clusters)
    return assign(
        numbers(*clusters), (RECORDS[:n], np.ones(n, dtype=np.int64)), previous, IDS
    )


def test_a_party_is_born_of_its_first_record_by_seq_then_id() -> None:
    seq = numbers(2, 1, 1)
    found = assign(numbers(0, 0, 0), (RECORDS[:3], seq), Previous.none(), IDS)
    first = min(RECORDS[1:3], key=RECORDS.index)
    assert found.ids == [IDS.party(first, 0)]
    assert found.redirects == {}


def test_the_same_clusters_keep_their_ids() -> None:
    first = run([0, 0, 2, 2], Previous.none())
    again = run([1, 1, 3, 3], before(first))
    assert again.ids == first.ids
    assert again.redirects == {}


def test_a_merge_keeps_the_id_of_the_larger_and_redirects_the_other() -> None:
    first = run([0, 0, 0, 3, 3], Previous.none())
    merged = run([0, 0, 0, 0, 0], before(first))
    assert merged.ids == [first.ids[0]]
    assert merged.redirects == {first.ids[1]: first.ids[0]}


def test_a_tie_goes_to_the_older_party() -> None:
    first = run([0, 0, 2, 2], Previous.none())
    merged = run([0, 0, 0, 0], before(first, age=[7, 3]))
    assert merged.ids == [first.ids[1]]


def test_a_split_gives_the_smaller_part_an_id_that_nobody_ever_had() -> None:
    first = run([0, 0, 0, 0, 0], Previous.none())
    split = run([0, 0, 2, 2, 2], before(first))
    assert split.ids[1] == first.ids[0]
    assert split.ids[0] == IDS.party(RECORDS[0], 1)  # its first record bore one before
    assert split.redirects == {}


def test_ids_are_given_one_to_one() -> None:
    # The former {0 1 2 3} goes on where most of it is; the rest is born anew.
    first = run([0, 0, 0, 0, 4, 4], Previous.none())
    found = run([0, 0, 0, 3, 3, 3], before(first))
    assert found.ids == first.ids
    assert len(set(found.ids)) == 2


def test_golden_attributes_are_the_latest_then_the_most_frequent() -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль", address_city="Київ"), at=10)
    facts.says(a, named("Іван", "Коваленко"), at=30)
    facts.record("2", {"phone": ["+380501"], "device": ["d1"]}, at=20)
    nouns = list(facts.nouns.values())
    records = read(snapshot_of(PROJECTION, nouns, facts.edges))
    cluster = np.zeros(len(records), dtype=np.int64)
    named_parties = assign(cluster, (records.ids, records.seq), Previous.none(), IDS)

    (party,) = golden(records, named_parties, "baseline")

    assert party.name == "Іван Коваленко"
    assert "Іван Коваль" in party.names
    assert party.values["name.family"] == ["Коваленко"]
    assert party.values["address.city"] == ["Київ"]
    assert party.values["phone"] == ["+380501"]
    assert "device" not in party.values  # evidence for fraud teams only


def test_a_nameless_party_is_called_by_its_record() -> None:
    facts = Facts()
    facts.record("anon-1", {}, [("shop:cookie", "c1")], source="web")
    nouns = list(facts.nouns.values())
    records = read(snapshot_of(PROJECTION, nouns, facts.edges))
    found = assign(numbers(0), (records.ids, records.seq), Previous.none(), IDS)
    assert next(golden(records, found, "baseline")).name == "web anon-1"


def only(facts: Facts) -> Party:
    """The golden party of a few records."""
    nouns = list(facts.nouns.values())
    records = read(snapshot_of(PROJECTION, nouns, facts.edges))
    cluster = np.zeros(len(records), dtype=np.int64)
    found = assign(cluster, (records.ids, records.seq), Previous.none(), IDS)
    return next(golden(records, found, "baseline"))


def test_an_organization_is_called_as_it_was_written() -> None:
    facts = Facts()
    for key, raw in (("1", "«Новамедіа» ФОП"), ("2", "«Новамедіа» ФОП"), ("3", "Н")):
        record = facts.record(key, organization=True)
        version = IDS.version(record, None, {"organization.name": [raw]})
        facts.nouns[version] = Version(
            id=version,
            raw={"organization.name": [raw]},
            value={"organization.name": ["novamedia fop"]},
            seq=1,
        )
        facts.edge("VERSION_OF", version, record)
    party = only(facts)
    assert party.name == "«Новамедіа» ФОП"
    assert party.values["organization.name"] == ["novamedia fop"]
    assert {"novamedia fop", "Н"} < set(party.names)


def test_a_surname_is_shown_rather_than_a_patronymic() -> None:
    facts = Facts()
    facts.record("1", {"name.full": ["Степан Назарович"]}, at=1)
    facts.record("2", {"name.full": ["Степан Назарович"]}, at=2)
    facts.record("3", named("Степан", "Коваль"), at=1)
    assert only(facts).name == "Степан Коваль"


def test_an_account_without_a_name_is_called_by_its_handle() -> None:
    facts = Facts()
    facts.record("2244", {}, [("x:handle", "shop"), ("x:id", "2244")], source="x")
    assert only(facts).name == "@shop"
