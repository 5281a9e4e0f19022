"""Reading what is there now: points, pages, neighbourhoods, paths, search."""

import pytest

from graph.batch import GraphBatch, NodeRef
from graph.errors import BadQuery
from graph.model import Household, Noun, Product, Purchase, Record
from graph.query import MAX_LIMIT, Around, Find, Neighbourhood
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge


def ids(nouns: list[Noun]) -> list[str]:
    return [noun.id for noun in nouns]


def keys(nouns: list[Noun]) -> list[str]:
    return [noun.key for noun in nouns if isinstance(noun, Record | Product)]


def test_get_answers_in_the_order_asked(store: GraphStore, make: Maker) -> None:
    anna, email = make.record("anna"), make.identifier("a@example.org")
    store.apply(batch("one", anna, email))
    absent = make.record("nobody").id
    found = store.get([email.id, absent, anna.id, email.id])
    assert [noun and noun.id for noun in found] == [email.id, None, anna.id, email.id]
    assert store.get([]) == []


def test_get_takes_more_than_a_page(store: GraphStore, make: Maker) -> None:
    records = [make.record(str(n)) for n in range(2_500)]
    store.apply(batch("one", records))
    found = store.get([record.id for record in records])
    assert ids([noun for noun in found if noun]) == ids(list(records))


def test_what_was_written_comes_back_whole(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    version, of = make.version(anna, None, name_full="Анна Ковальчук")
    purchase = Purchase(
        id=make.ids.event("Purchase", anna.id, "r1"),
        observed_at=1_700_000_000_000_001,
        offset_minutes=-150,
        flags=["time-ambiguous"],
        number="r1",
        currency="UAH",
        amount=-(2**62),
        margin=None,
        quantity=0.1,
        more={"till": 3, "nested": {"a": [1, 2.5, None, True, "я"]}},
    )
    store.apply(batch("one", anna, version, of, purchase, edge("BY", purchase, anna)))
    found = store.get([anna.id, version.id, purchase.id])
    for noun, wanted in zip(found, (anna, version, purchase), strict=True):
        assert noun is not None
        assert noun.seq == 1
        assert type(noun) is type(wanted)
        assert {f: getattr(noun, f) for f in noun.__struct_fields__ if f != "seq"} == {
            f: getattr(wanted, f) for f in wanted.__struct_fields__ if f != "seq"
        }


def test_find_by_equality(store: GraphStore, make: Maker) -> None:
    store.apply(batch("one", make.record("a"), make.record("b"), make.record("ab")))
    found = store.find(Find(label="Record", attribute="key", equals="a"))
    assert keys(found) == ["a"]
    assert store.find(Find(label="Record", attribute="key", equals="A")) == []


def test_find_by_range_is_ordered_and_closed(store: GraphStore, make: Maker) -> None:
    store.apply(batch("one", [make.record(key) for key in "dbace"]))
    found = store.find(Find(label="Record", attribute="key", low="b", high="d"))
    assert keys(found) == ["b", "c", "d"]
    down = Find(label="Record", attribute="key", low="b", descending=True)
    assert keys(store.find(down)) == ["e", "d", "c", "b"]
    assert keys(store.find(Find(label="Record", attribute="key"))) == list("abcde")


def test_find_fixes_the_index_before_the_last_attribute(
    store: GraphStore, make: Maker
) -> None:
    store.apply(
        batch("one", [make.record(k, s) for s in ("crm", "shop") for k in "ab"])
    )
    query = Find(label="Record", attribute="key", within=("shop",), low="b")
    [found] = store.find(query)
    assert found.id == make.record("b", "shop").id


@pytest.mark.parametrize("descending", [False, True])
def test_find_pages_without_gaps_or_doubles(
    store: GraphStore, make: Maker, *, descending: bool
) -> None:
    records = [make.record("same", f"s{n}") for n in range(7)]
    records += [make.record(f"key{n}") for n in range(5)]
    store.apply(batch("one", records))
    query = Find(label="Record", attribute="key", descending=descending, limit=3)
    seen: list[Noun] = []
    page = store.find(query)
    while page:
        seen += page
        last = page[-1]
        assert isinstance(last, Record)
        page = store.find(
            Find(
                label="Record",
                attribute="key",
                descending=descending,
                limit=3,
                after=(last.key, last.id),
            )
        )
    wanted = sorted(((r.key, r.id) for r in records), reverse=descending)
    assert [(n.key, n.id) for n in seen if isinstance(n, Record)] == wanted


def test_find_leaves_out_nodes_without_a_value(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    dated, _ = make.version(anna, 5, name_full="A")
    undated, _ = make.version(anna, None, name_full="A")
    store.apply(batch("one", dated, undated))
    assert ids(store.find(Find(label="Version", attribute="observed_at"))) == [dated.id]


def test_find_meets_only_current_conclusions(store: GraphStore, make: Maker) -> None:
    party = make.party(make.record("anna"), "Anna")
    store.apply(batch("one", party))
    store.apply(GraphBatch(id="two", closings=[NodeRef("Party", party.id)]))
    assert store.find(Find(label="Party", attribute="name")) == []


@pytest.mark.parametrize(
    "query",
    [
        Find(label="Nobody", attribute="key"),
        Find(label="Record", attribute="owner", equals="default"),
        Find(label="Record", attribute="key", within=("a", "b")),
        Find(label="Record", attribute="key", limit=0),
        Find(label="Record", attribute="key", limit=MAX_LIMIT + 1),
        Find(label="Record", attribute="key", equals=5),
    ],
    ids=["label", "no index", "too long", "no limit", "over the limit", "type"],
)
def test_find_refuses_what_is_not_declared(store: GraphStore, query: Find) -> None:
    with pytest.raises(BadQuery):
        store.find(query)


def test_lookup_answers_in_the_order_asked(store: GraphStore, make: Maker) -> None:
    anna, boris = make.record("anna"), make.record("boris")
    email, phone = make.identifier("a@example.org"), make.identifier("+380", "phone")
    party = make.party(anna, "Anna")
    store.apply(
        batch(
            "one",
            (anna, boris, email, phone, party, edge("OF", anna, party, weight=1.0)),
            edge("HAS", anna, email, times=(1, 2)),
            edge("HAS", boris, email),
            edge("HAS", anna, phone),
        )
    )
    asked = [("phone", "+380"), ("email", "nobody@example.org"), ("email", email.value)]
    phones, nobody, emails = store.lookup(asked)
    assert [(h.record, h.party) for h in phones.holders] == [(anna.id, party.id)]
    assert (nobody.kind, nobody.value) == ("email", "nobody@example.org")
    assert (nobody.holders, nobody.total) == ([], 0)
    assert [h.record for h in emails.holders] == sorted([anna.id, boris.id])
    first = next(h for h in emails.holders if h.record == anna.id)
    assert (first.party, first.first_seen, first.last_seen) == (party.id, 1, 2)
    other = next(h for h in emails.holders if h.record == boris.id)
    assert (other.party, other.first_seen, other.last_seen) == (None, None, None)


def test_lookup_counts_beyond_its_limit(store: GraphStore, make: Maker) -> None:
    email = make.identifier("office@example.org")
    records = [make.record(str(n)) for n in range(12)]
    store.apply(batch("one", email, records, [edge("HAS", r, email) for r in records]))
    [found] = store.lookup([("email", email.value)], limit=5)
    assert found.total == 12
    assert [h.record for h in found.holders] == sorted(ids(list(records)))[:5]


def test_edges_are_ordered_and_directed(store: GraphStore, make: Maker) -> None:
    anna, boris = make.record("anna"), make.record("boris")
    stated = [
        edge("STATES", anna, boris, key="friend/2"),
        edge("STATES", anna, boris, key="friend/1"),
        edge("STATES", boris, anna, key="spouse"),
    ]
    email = make.identifier("a@example.org")
    store.apply(batch("one", anna, boris, email, stated, edge("HAS", anna, email)))
    out = store.edges([anna.id], ["STATES", "HAS"])
    assert [(e.type, e.key) for e in out] == [
        ("HAS", ""),
        ("STATES", "friend/1"),
        ("STATES", "friend/2"),
    ]
    assert [e.key for e in store.edges([anna.id], ["STATES"], direction="in")] == [
        "spouse"
    ]
    both = store.edges([anna.id, boris.id], ["STATES"])
    assert [(e.source, e.key) for e in both] == sorted((e.source, e.key) for e in both)
    assert store.edges([], ["STATES"]) == []
    with pytest.raises(BadQuery):
        store.edges([anna.id], ["KNOWS"])


def family(store: GraphStore, make: Maker) -> dict[str, Noun]:
    """anna and boris share an email; boris and clara a phone; dan is alone."""
    nouns: dict[str, Noun] = {
        k: make.record(k) for k in ("anna", "boris", "clara", "dan")
    }
    nouns["email"] = make.identifier("home@example.org")
    nouns["phone"] = make.identifier("+380", "phone")
    store.apply(
        batch(
            "family",
            list(nouns.values()),
            edge("HAS", nouns["anna"], nouns["email"]),
            edge("HAS", nouns["boris"], nouns["email"]),
            edge("HAS", nouns["boris"], nouns["phone"]),
            edge("HAS", nouns["clara"], nouns["phone"]),
        )
    )
    return nouns


def names(found: Neighbourhood, nouns: dict[str, Noun]) -> list[tuple[str, int]]:
    by_id = {noun.id: name for name, noun in nouns.items()}
    return [(by_id[n.id], hop) for n, hop in zip(found.nodes, found.hops, strict=True)]


def test_a_neighbourhood_is_ordered_by_hop_and_id(
    store: GraphStore, make: Maker
) -> None:
    nouns = family(store, make)
    found = store.neighbourhood(Around(start=(nouns["anna"].id,), hops=4))
    assert names(found, nouns) == [
        ("anna", 0),
        ("email", 1),
        ("boris", 2),
        ("phone", 3),
        ("clara", 4),
    ]
    assert not found.truncated
    triples = [(e.type, e.source, e.target, e.key) for e in found.edges]
    assert triples == sorted(triples)
    assert len(triples) == 4


def test_a_neighbourhood_goes_so_far_and_one_way(
    store: GraphStore, make: Maker
) -> None:
    nouns = family(store, make)
    start = (nouns["anna"].id,)
    two = store.neighbourhood(Around(start=start, hops=2))
    assert [name for name, _ in names(two, nouns)] == ["anna", "email", "boris"]
    out = store.neighbourhood(Around(start=start, hops=4, direction="out"))
    assert [name for name, _ in names(out, nouns)] == ["anna", "email"]
    into = store.neighbourhood(
        Around(start=(nouns["email"].id,), hops=1, direction="in")
    )
    assert {name for name, _ in names(into, nouns)} == {"email", "anna", "boris"}
    none = store.neighbourhood(Around(start=start, hops=4, edges=("OF", "TIE")))
    assert [name for name, _ in names(none, nouns)] == ["anna"]


def test_a_neighbourhood_says_when_it_is_cut(store: GraphStore, make: Maker) -> None:
    hub = make.identifier("office@example.org")
    records = [make.record(str(n)) for n in range(30)]
    store.apply(batch("one", hub, records, [edge("HAS", r, hub) for r in records]))
    cut = store.neighbourhood(Around(start=(hub.id,), hops=1, limit=11))
    assert cut.truncated
    assert ids(cut.nodes) == [hub.id, *sorted(ids(list(records)))[:10]]
    assert len(cut.edges) == 10
    whole = store.neighbourhood(Around(start=(hub.id,), hops=1, limit=31))
    assert not whole.truncated
    assert len(whole.nodes) == 31


def test_a_neighbourhood_leaves_absent_nodes_out(
    store: GraphStore, make: Maker
) -> None:
    anna, ghost = make.record("anna"), make.identifier("ghost@example.org")
    store.apply(batch("one", anna, edge("HAS", anna, ghost)))
    found = store.neighbourhood(Around(start=(anna.id, ghost.id), hops=2))
    assert ids(found.nodes) == [anna.id]
    assert found.edges == []
    nothing = store.neighbourhood(Around(start=(ghost.id,)))
    assert (nothing.nodes, nothing.edges, nothing.truncated) == ([], [], False)


def test_a_neighbourhood_has_several_starts(store: GraphStore, make: Maker) -> None:
    nouns = family(store, make)
    starts = (nouns["dan"].id, nouns["clara"].id)
    found = store.neighbourhood(Around(start=starts, hops=1))
    assert ids(found.nodes)[:2] == sorted(starts)
    assert ids(found.nodes)[2:] == [nouns["phone"].id]


@pytest.mark.parametrize(
    "asked",
    [{"hops": 0}, {"hops": 5}, {"limit": 0}, {"limit": MAX_LIMIT + 1}],
    ids=str,
)
def test_a_neighbourhood_has_limits(store: GraphStore, asked: dict[str, int]) -> None:
    with pytest.raises(BadQuery):
        store.neighbourhood(Around(start=(), **asked))


def test_paths_are_the_shortest_ones(store: GraphStore, make: Maker) -> None:
    nouns = family(store, make)
    [path] = store.paths(nouns["anna"].id, nouns["clara"].id)
    by_id = {noun.id: name for name, noun in nouns.items()}
    assert [by_id[n.id] for n in path.nodes] == [
        "anna",
        "email",
        "boris",
        "phone",
        "clara",
    ]
    assert [{e.source, e.target} for e in path.edges] == [
        {a.id, b.id} for a, b in zip(path.nodes, path.nodes[1:], strict=False)
    ]
    assert store.paths(nouns["anna"].id, nouns["dan"].id) == []
    assert store.paths(nouns["anna"].id, nouns["clara"].id, max_length=3) == []
    assert store.paths(nouns["anna"].id, nouns["clara"].id, edges=["TIE"]) == []


def test_all_paths_of_the_least_length_by_ids(store: GraphStore, make: Maker) -> None:
    anna, boris = make.record("anna"), make.record("boris")
    shared = [make.identifier(f"{n}@example.org") for n in range(6)]
    store.apply(
        batch(
            "one",
            anna,
            boris,
            shared,
            [edge("HAS", who, what) for who in (anna, boris) for what in shared],
        )
    )
    found = store.paths(anna.id, boris.id)
    middles = [path.nodes[1].id for path in found]
    assert middles == sorted(ids(list(shared)))
    assert [p.nodes[1].id for p in store.paths(anna.id, boris.id, limit=2)] == middles[
        :2
    ]
    for length in (0, 9):
        with pytest.raises(BadQuery):
            store.paths(anna.id, boris.id, max_length=length)


def searchable(store: GraphStore, make: Maker) -> None:
    names = ("Артём Кузнецов", "Olena Шевченко", "O'Brien José", "Артемида")
    parties = [make.party(make.record(name), name) for name in names]
    home = Household(id=make.ids.of("Household", "1"), name="Кузнецовы")
    store.apply(batch("one", parties, home))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("артем", {"Артём Кузнецов", "Артемида"}),
        ("АРТЁМ", {"Артём Кузнецов", "Артемида"}),
        ("кузн арт", {"Артём Кузнецов"}),
        ("jose", {"O'Brien José"}),
        ("obrien", {"O'Brien José"}),
        ("kuznetsov", {"Артём Кузнецов"}),
        ("шевченко", {"Olena Шевченко"}),
        ("nobody", set[str]()),
        ("", set[str]()),
        ('"; DROP TABLE party --', set[str]()),
        ("* OR NEAR(", set[str]()),
    ],
)
def test_search_folds(
    store: GraphStore, make: Maker, text: str, wanted: set[str]
) -> None:
    searchable(store, make)
    found = store.search(text, labels=["Party"])
    assert {getattr(noun, "name") for noun in found} == wanted  # noqa: B009 - a Noun


def test_search_over_all_labels_and_a_limit(store: GraphStore, make: Maker) -> None:
    searchable(store, make)
    found = store.search("кузнецов")
    assert {type(noun).__name__ for noun in found} == {"Party", "Household"}
    assert len(store.search("арт", limit=1)) == 1
    with pytest.raises(BadQuery):
        store.search("арт", labels=["Nobody"])


def test_search_follows_conclusions(store: GraphStore, make: Maker) -> None:
    first = make.record("x")
    party = make.party(first, "Anna")
    store.apply(batch("one", party))
    store.apply(batch("two", make.party(first, "Hanna")))
    assert store.search("anna") == []
    assert len(store.search("hanna")) == 1
    store.apply(GraphBatch(id="three", closings=[NodeRef("Party", party.id)]))
    assert store.search("hanna") == []


def test_counts(store: GraphStore, make: Maker) -> None:
    empty = store.counts()
    assert set(empty.nodes.values()) == {0}
    assert {"Record", "Party", "Run"} <= set(empty.nodes)
    assert {"HAS", "OF", "SAME_AS"} <= set(empty.edges)
    assert empty.seq == 0
    family(store, make)
    found = store.counts()
    assert (found.nodes["Record"], found.nodes["Identifier"]) == (4, 2)
    assert (found.edges["HAS"], found.seq) == (4, 1)


def test_a_store_says_what_it_is(store: GraphStore, url: str) -> None:
    assert store.url == url
    assert store.capabilities.engine
    assert store.capabilities.batch_rows >= store.capabilities.shared_batch_rows > 0
    store.verify()
