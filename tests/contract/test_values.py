"""Hostile names and values go in and come back as they are."""

import pytest

from graph.batch import GraphBatch
from graph.hashing import facts_hash
from graph.model import Edge, Interaction, Noun, Party, Record, Value
from graph.query import Find, Scan
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge

HOSTILE = [
    "'; DROP TABLE node; --",
    '"quoted"',
    "back`tick",
    "[bracket]",
    "${jndi:ldap://x}",
    "%s %d {0}",
    "a\x00b",
    "\n\r\t\x1f",
    "\u202eright-to-left",
    "\ufeff",
    "😀" * 3,
    "é" + "e\u0301",
    "SELECT",
    "id",
    "seq",
    "__class__",
    "",
    " ",
    "\\",
    "\x7f\x80\uffff",
]
DEEP: dict[str, Value] = {
    "integers": [0, -1, 2**63 - 1, -(2**63)],
    "floats": [0.1, 1e308, 5e-324, -1.5],
    "none": None,
    "flag": True,
    "nested": [[[{"a": [{}]}]]],
    "empty": {},
}


def whole(noun: Noun) -> dict[str, object]:
    return {f: getattr(noun, f) for f in noun.__struct_fields__ if f != "seq"}


def test_hostile_property_names_and_values(store: GraphStore, make: Maker) -> None:
    more: dict[str, Value] = {text: text for text in HOSTILE}
    nouns: list[Noun] = [
        Record(
            id=make.ids.record("default", "crm", text),
            source="crm",
            key=text,
            more=more,
        )
        for text in HOSTILE
    ]
    loop = [
        Edge(
            type="STATES",
            source=nouns[0].id,
            target=nouns[1].id,
            key=text,
            attributes={text: text},
        )
        for text in HOSTILE
    ]
    store.apply(batch("one", nouns, loop))
    found = store.get([noun.id for noun in nouns])
    assert [noun and whole(noun) for noun in found] == [whole(noun) for noun in nouns]
    edges = store.edges([nouns[0].id], ["STATES"])
    assert {one.key: one.attributes for one in edges} == {
        one.key: one.attributes for one in loop
    }
    for text in HOSTILE:
        query = Find(label="Record", attribute="key", equals=text)
        assert [getattr(n, "key") for n in store.find(query)] == [text]  # noqa: B009


def test_deep_values_come_back(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    deep = Record(id=anna.id, source="crm", key="anna", more=DEEP)
    store.apply(batch("one", deep))
    [found] = store.get([anna.id])
    assert found is not None
    assert found.more == DEEP
    assert [type(one) for one in found.more["floats"]] == [float] * 4  # type: ignore[union-attr]


def test_scans_carry_hostile_text(store: GraphStore, make: Maker) -> None:
    records = [
        Record(id=make.ids.record("default", "crm", text), source="crm", key=text)
        for text in HOSTILE
    ]
    store.apply(batch("one", records))
    keys = [
        key
        for columns in store.scan_nodes("Record", Scan(columns=("key",)))
        for key in columns.column("key").to_pylist()
    ]
    assert sorted(keys) == sorted(HOSTILE)


def test_ten_megabytes_in_an_unindexed_property(store: GraphStore, make: Maker) -> None:
    text = "слово " * 1_000_000  # 11 MB of UTF-8
    anna = make.record("anna")
    post = Interaction(
        id=make.ids.event("Interaction", anna.id, "1"),
        kind="post",
        text=text,
        more={"raw": text},
    )
    store.apply(batch("one", anna, post, edge("BY", post, anna)))
    [found] = store.get([post.id])
    assert isinstance(found, Interaction)
    assert found.text == text
    assert found.more == {"raw": text}
    assert len(facts_hash(store)) == 32


@pytest.mark.parametrize("size", [2_000, 1_000])
def test_indexed_text_at_its_limit(store: GraphStore, make: Maker, size: int) -> None:
    key = ("k" if size == 2_000 else "ключ"[0]) * size
    store.apply(batch("one", make.record(key)))
    [found] = store.find(Find(label="Record", attribute="key", equals=key))
    assert found.id == make.record(key).id


def test_extreme_numbers(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    values = [-1.7e308, -1.0, -5e-324, 5e-324, 0.1, 1.0, 1.7e308]
    scores = [make.score(make.party(anna, "x", n), v)[0] for n, v in enumerate(values)]
    store.apply(GraphBatch(id="one", nodes=scores))
    query = Find(label="Score", attribute="value", within=("influence",))
    assert [getattr(n, "value") for n in store.find(query)] == values  # noqa: B009


def test_names_in_all_scripts_are_ordered_by_their_bytes(
    store: GraphStore, make: Maker
) -> None:
    names = ["Zoë", "anna", "Анна", "Ґанна", "😀", "Éva", "李"]
    parties = [make.party(make.record(n), n) for n in names]
    store.apply(GraphBatch(id="one", nodes=parties))
    found = store.find(Find(label="Party", attribute="name"))
    assert [n.name for n in found if isinstance(n, Party)] == sorted(
        names, key=str.encode
    )
