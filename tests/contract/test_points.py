"""Reading points: by id, by index, by identifier, edges of some nodes."""

import msgspec
import pytest

from graph.batch import GraphBatch, NodeRef
from graph.errors import BadQuery
from graph.model import Noun, Product, Purchase, Record
from graph.query import MAX_LIMIT, Around, Find
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


def test_what_is_no_id_names_nothing(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    store.apply(batch("one", anna))
    for text in ("", "xyz", "'; DROP TABLE node; --", anna.id.upper(), "0" * 32, "é"):
        assert store.get([text, anna.id])[1] is not None
        assert store.get([text]) == [None]
        assert store.edges([text], ["HAS"]) == []
        assert store.neighbourhood(Around(start=(text,))).nodes == []
        assert store.paths(text, anna.id) == []
        assert store.versions([text]) == [[]]
        assert store.provenance([text]) == []


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


def test_find_by_one_of_many_values(store: GraphStore, make: Maker) -> None:
    records = [make.record(key, source) for source in ("a", "b") for key in "abcd"]
    store.apply(batch("one", records))
    query = Find(label="Record", attribute="key", among=("d", "b", "x", "b"), limit=3)
    first = store.find(query)
    last = first[-1]
    assert isinstance(last, Record)
    rest = store.find(msgspec.structs.replace(query, after=(last.key, last.id)))
    assert keys(first) + keys(rest) == ["b", "b", "d", "d"]
    assert len(set(ids(first + rest))) == 4
    assert store.find(msgspec.structs.replace(query, among=())) == []


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
        Find(label="Record", attribute="key", among=("a", 5)),
        Find(label="Record", attribute="key", among=("a",), low="b"),
    ],
    ids=[
        "label",
        "no index",
        "too long",
        "no limit",
        "over the limit",
        "type",
        "one type",
        "two ways",
    ],
)
def test_find_refuses_what_is_not_declared(store: GraphStore, query: Find) -> None:
    with pytest.raises(BadQuery):
        store.find(query)


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
