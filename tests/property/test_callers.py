"""What is told of a thousand identifiers is what a plain walk finds of each."""

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api import wire_lookup
from api.callers import who
from graph.connect import connect
from graph.ids import Ids
from graph.model import Noun, Party, Record
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.callers import Claim, Known, shares
from intelligence.identity.names.names import family_key
from tests.support.graphs import Maker, batch, edge

PHONES = {
    "+380671234567": "067 123 45 67",
    "+380501112233": "050-111-22-33",
    "+380441234567": "8 (044) 123-45-67",
}
LANDLINE = "+380441234567"
CARD = "2600 0001"
NAMES = ["Коваль Анна", "Ковальська Ірина", "Бойко Петро", ""]
Held = tuple[str, str, int, int, float | None]
holders = st.lists(
    st.tuples(
        st.sampled_from([*PHONES, CARD]),
        st.sampled_from(["crm", "shop", "calls"]),
        st.integers(0, 3),  # the party; 3 has no name
        st.integers(0, 2_000_000_000),
        st.sampled_from([0.45, 0.97, 1.0, None]),  # that the record is the party's
    ),
    max_size=25,
)


def told(store: GraphStore, ids: Ids, kind: str, value: str) -> dict[str, Claim]:
    """Claims of each party, by one edge after the other."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    doubt: defaultdict[str, float] = defaultdict(float)
    names: dict[str, Party] = {}
    for has in store.edges([ids.identifier(kind, value)], ["HAS"], direction="in"):
        [record] = store.get([has.source])
        for of in store.edges([has.source], ["OF"]):
            [party] = store.get([of.target])
            assert isinstance(record, Record)
            assert isinstance(party, Party)
            if party.values or record.source != "calls":
                found[party.id].append(record.source)
                if record.source == "calls" and of.weight is not None:
                    doubt[party.id] += 1 - of.weight
                names[party.id] = party
    return {
        key: Claim(
            (family_key(names[key].values.get("name.family", [""])[0])[:5])
            or names[key].name.lower(),
            sources.count("calls"),
            len(sources) - sources.count("calls"),
            doubt[key],
        )
        for key, sources in found.items()
    }


def filled(store: GraphStore, held: list[Held]) -> None:
    make = Maker(store.namespace)
    firsts = [make.record(f"first {n}") for n in range(len(NAMES))]
    parties: list[Noun] = []
    for first, name in zip(firsts, NAMES, strict=True):
        family, _, given_name = name.partition(" ")
        values = {"name.family": [family], "name.given": [given_name]} if name else {}
        parties.append(
            Party(
                id=make.ids.party(first.id, 0),
                kind="person",
                name=name,
                values=values,
            )
        )
    kinds = {**dict.fromkeys(PHONES, "phone"), CARD: "shop:loyalty"}
    known = {value: make.identifier(value, kind) for value, kind in kinds.items()}
    records = [make.record(str(n), held[n][1]) for n in range(len(held))]
    has = [
        edge(EdgeKind.HAS, record, known[value], times=(at, at))
        for record, (value, _, _, at, _) in zip(records, held, strict=True)
    ]
    of = [
        edge(EdgeKind.OF, record, parties[party], weight=likely)
        for record, (_, _, party, _, likely) in zip(records, held, strict=True)
    ]
    store.apply(batch("all", parties, list(known.values()), records, has, of))


@settings(max_examples=25)
@given(holders)
def test_a_batch_says_of_each_what_a_plain_walk_finds(
    held: list[Held],
) -> None:
    with (
        TemporaryDirectory() as folder,
        connect(f"sqlite:///{Path(folder) / 'g.db'}") as store,
    ):
        filled(store, held)
        asked = [*PHONES.values(), CARD, "nobody", PHONES["+380501112233"]]
        answers = who(store, asked, region="UA")
        assert answers == [who(store, [one], region="UA")[0] for one in asked]
        ids = Ids(store.namespace)
        for value, answer in zip(PHONES, answers, strict=False):
            home = value == LANDLINE
            _same(answer, told(store, ids, "phone", value), home=home)
        _same(answers[3], told(store, ids, "shop:loyalty", CARD))
        assert answers[4].candidates == []


def _same(
    answer: wire_lookup.Lookup, claims: dict[str, Claim], *, home: bool = False
) -> None:
    [expected] = shares([Known(list(claims.values()), home=home)])
    found = {one.party: one.probability for one in answer.candidates}
    wanted = dict(zip(claims, expected.parties.tolist(), strict=True))
    assert found == pytest.approx(wanted, rel=1e-9)
    assert answer.someone_else == pytest.approx(expected.someone_else, rel=1e-9)
    for one in answer.candidates:
        claim = claims[one.party]
        assert len(one.records) == claim.calls + claim.statements
