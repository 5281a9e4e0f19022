"""Who has identifiers: one of them, some, hundreds."""

import msgspec

from graph.columnar.keys import handle_of
from graph.query import Named
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge


def test_lookup_answers_in_the_order_asked(store: GraphStore, make: Maker) -> None:
    anna, boris = make.record("anna"), make.record("boris")
    email, phone = make.identifier("a@example.org"), make.identifier("+380", "phone")
    values = {"name.full": ["Anna"]}
    party = msgspec.structs.replace(make.party(anna, "Anna"), values=values)
    store.apply(
        batch(
            "one",
            (anna, boris, email, phone, party, edge("OF", anna, party, weight=0.9)),
            edge("HAS", anna, email, times=(1, 2)),
            edge("HAS", boris, email),
            edge("HAS", anna, phone),
        )
    )
    asked = [("phone", "+380"), ("email", "nobody@example.org"), ("email", email.value)]
    phones, nobody, emails = store.lookup(asked)
    named = Named(party.id, "person", "Anna", msgspec.Raw(b'{"name.full":["Anna"]}'))
    held = [(h.record, h.party, h.probability) for h in phones.holders]
    assert held == [(handle_of(anna.id), named, 0.9)]
    assert [(h.source, h.key) for h in phones.holders] == [(anna.source, "anna")]
    assert (nobody.kind, nobody.value) == ("email", "nobody@example.org")
    assert (nobody.holders, nobody.total) == ([], 0)
    assert [h.record for h in emails.holders] == sorted(
        map(handle_of, (anna.id, boris.id))
    )
    first = next(h for h in emails.holders if h.key == "anna")
    assert (first.party, first.first_seen, first.last_seen) == (named, 1, 2)
    other = next(h for h in emails.holders if h.key == "boris")
    assert (other.party, other.first_seen, other.last_seen) == (None, None, None)


def test_lookup_counts_beyond_its_limit(store: GraphStore, make: Maker) -> None:
    email = make.identifier("office@example.org")
    records = [make.record(str(n)) for n in range(12)]
    store.apply(batch("one", email, records, [edge("HAS", r, email) for r in records]))
    [found] = store.lookup([("email", email.value)], limit=5)
    assert found.total == 12
    handles = sorted(handle_of(one.id) or 0 for one in records)
    assert [h.record for h in found.holders] == handles[:5]


def test_lookup_of_many_says_of_each_what_it_says_alone(
    store: GraphStore, make: Maker
) -> None:
    values = [make.identifier(f"{n}@example.org") for n in range(4)]
    records = [make.record(str(n)) for n in range(9)]
    parties = [make.party(record, "Anna") for record in records[:4]]
    has = [edge("HAS", r, values[n % 3]) for n, r in enumerate(records)]
    has.append(edge("HAS", make.record("not yet here"), values[0]))
    of = [
        edge("OF", record, party, weight=weight)
        for record in records[:6]
        for party, weight in zip(parties, (0.1, 0.4, 0.4, 0.1), strict=True)
    ]
    store.apply(batch("one", values, records, parties, has, of))
    asked = [("email", one.value) for one in (*values, values[1])]
    for limit in (2, 3, 4, 5):
        together = store.lookup(asked, limit=limit)
        assert together == [store.lookup([one], limit=limit)[0] for one in asked]
        assert [one.total for one in together] == [4, 3, 3, 0, 3]
    [first] = store.lookup(asked[:1])
    assert [h.source for h in first.holders].count(None) == 1


def test_lookup_of_hundreds_says_of_each_what_it_says_alone(
    store: GraphStore, make: Maker
) -> None:
    """So many that an engine may read them side by side; one is a hub."""
    values = [make.identifier(f"{n}@example.org") for n in range(300)]
    records = [make.record(str(n)) for n in range(400)]
    parties = [make.party(record, "Anna") for record in records[::4]]
    has = [edge("HAS", r, values[n % 299]) for n, r in enumerate(records)]
    has += [edge("HAS", record, values[7]) for record in records[::8]]
    of = [
        edge("OF", record, parties[n % 100], weight=1.0)
        for n, record in enumerate(records[:350])
    ]
    store.apply(batch("nodes", values, records, parties))
    store.apply(batch("edges", has, of))
    asked = [("email", one.value) for one in (*values, values[7], values[0])]
    together = store.lookup(asked, limit=20)
    for begin in range(0, len(asked), 75):
        some = asked[begin : begin + 75]
        assert together[begin : begin + 75] == store.lookup(some, limit=20)
    assert together[7] == together[300]
    assert (len(together[7].holders), together[7].total) == (20, 52)
    assert (together[299].holders, together[299].total) == ([], 0)
    held = [h for one in together[:7] for h in one.holders]
    assert {(h.key, h.party is None) for h in held if h.key in {"0", "305"}} == {
        ("0", False),
        ("305", False),
    }
