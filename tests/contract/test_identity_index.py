"""The identity index over a store: what it answers, and how it keeps up."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from graph import snapshot
from graph.batch import GraphBatch
from graph.bookkeeping import Setting
from graph.errors import NotFound
from graph.ids import Ids
from graph.model import Texts
from graph.rewriting import MARK, Rewriting
from graph.store import GraphStore
from intelligence.identity.columns import records
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.index.near import Near
from intelligence.identity.index.rows import Rows, rows_of
from intelligence.identity.stored import table_of
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Scorer
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.index import Index
from intelligence.jobs.index.rebuilding import rebuild
from intelligence.jobs.runs import models
from tests.support.people import Facts, named
from tests.support.street import write

GIVEN = ("Олексій", "Марина", "Тарас", "Оксана", "Богдан", "Зоя", "Данило", "Віра")
FAMILY = ("Ковальчук", "Шевчук", "Бойко", "Ткаченко", "Мельник", "Кравець", "Лисенко")
NEW = named("Тарас", "Бойко", birth_date="1966-03-17", phone="+380501200016")


@pytest.fixture
def facts(store: GraphStore) -> Facts:
    """56 people, each known to two sources, and two firms known to two."""
    facts = Facts()
    for place, (given, family) in enumerate(
        (given, family) for given in GIVEN for family in FAMILY
    ):
        born = f"19{50 + place % 40}-03-{place % 27 + 1:02}"
        said = named(given, family, birth_date=born, phone=f"+3805012{place:05}")
        for source in ("crm", "shop"):
            facts.record(str(place), said, source=source)
    for name, phone in (("ТОВ Промінь", "+380441112233"), ("Промінь Плюс", "")):
        said = {"organization.name": [name], **({"phone": [phone]} if phone else {})}
        for source in ("crm", "shop"):
            facts.record(name, said, source=source, organization=True)
    write(store, facts)
    resolve(store)
    return facts


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(store: GraphStore, place: Path, facts: Facts, url: str) -> Iterator[Index]:
    assert facts
    opened = Index.open(store, place, url=url)
    yield opened
    opened.settle()


def asked(said: Texts, *, key: str = "", source: str = "call") -> Rows:
    return rows_of([key], [source], [False], [said])


def told(near: Near) -> dict[str, tuple[str, float]]:
    odds = near.scores.odds.tolist()
    return {
        record: (party, round(one, 9))
        for record, party, one in zip(near.record, near.party, odds, strict=True)
    }


def batch(store: GraphStore, extra: Rows | None = None) -> tuple[Scorer, list[str]]:
    """The batch engine's scorer over the whole store and a few more records."""
    taken = snapshot.take(store, records.PROJECTION)
    found = records.read(taken)
    table = table_of(taken, found)
    lists = {name: column.lists(len(table)) for name, column in table.values.items()}
    said: list[Texts] = [
        {name: texts[row] for name, texts in lists.items() if texts[row]}
        for row in range(len(table))
    ]
    sources = list(found.sources)
    kinds = [bool(one) for one in table.organization]
    ids = list(found.ids)
    if extra is not None:
        columns = {n: c.lists(len(extra.table)) for n, c in extra.table.values.items()}
        for row, key in enumerate(extra.table.ids):
            told = {name: lists[row] for name, lists in columns.items() if lists[row]}
            if key in ids:
                at = ids.index(key)
                said[at], sources[at] = told, extra.sources[extra.table.source[row]]
            else:
                ids.append(key)
                said.append(told)
                sources.append(extra.sources[extra.table.source[row]])
                kinds.append(bool(extra.table.organization[row]))
    model = models.active(store)
    assert model is not None
    weights = Model.from_bytes(models.blob(model))
    made = features(
        rows_of(ids, sources, kinds, said).table,
        models.secret(store),
        script_keys=weights.script_keys,
    )
    return Scorer(weights, made), ids


def assert_weighed_as_by_batch(store: GraphStore, near: Near, rows: Rows) -> None:
    scorer, ids = batch(store, rows)
    row = {key: at for at, key in enumerate(ids)}
    left = np.array([row[rows.table.ids[at]] for at in near.asked.tolist()], np.int64)
    right = np.array([row[key] for key in near.record], dtype=np.int64)
    wanted = scorer.score(left, right)
    for name in ("match", "relative", "stranger", "against"):
        mine, theirs = getattr(near.scores, name), getattr(wanted, name)
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-6)


def test_a_caller_is_near_who_it_is(
    store: GraphStore, index: Index, facts: Facts
) -> None:
    near = index.near(asked(NEW))
    best = max(told(near).values(), key=lambda one: one[1])
    mine = [one.id for one in facts.records() if one.key == "16"]
    assert best == told(near)[mine[0]]
    assert best[1] > 0
    assert best[0] == store.edges(mine[:1], ["OF"])[0].target
    assert index.members([best[0]]) == [sorted(mine)]
    assert near.watermark == store.watermark()
    assert_weighed_as_by_batch(store, near, asked(NEW))


def test_firms_are_weighed_as_by_batch(store: GraphStore, index: Index) -> None:
    said = {"organization.name": ["Промінь"], "phone": ["+380441112233"]}
    rows = rows_of(["", f"{7:032x}"], ["call", "crm"], [True, False], [said, NEW])
    near = index.near(rows)
    assert {0, 1} == set(near.asked.tolist())
    assert_weighed_as_by_batch(store, near, rows)


def test_a_known_record_stands_in_its_own_place(
    store: GraphStore, index: Index, facts: Facts
) -> None:
    mine, other = [one.id for one in facts.records() if one.key == "16"]
    rows = rows_of([mine], ["crm"], [False], [NEW | {"phone": ["+380671112233"]}])
    near = index.near(rows)
    assert mine not in near.record
    assert other in near.record
    assert_weighed_as_by_batch(store, near, rows)
    again = index.near_of([mine])
    assert mine not in again.record
    assert again.little.ids[0] == mine
    scorer, ids = batch(store)
    left = np.full(len(again.record), ids.index(mine))
    right = np.array([ids.index(key) for key in again.record])
    np.testing.assert_allclose(
        again.scores.odds, scorer.score(left, right).odds, rtol=0, atol=1e-6
    )


def test_the_index_keeps_up(store: GraphStore, index: Index, place: Path) -> None:
    facts = Facts()
    said = named("Варвара", "Новенька", birth_date="1991-02-03", email="v@example.com")
    first = facts.record("n1", said, source="web")
    facts.record("n2", {"organization.name": ["Промінь Нова"]}, organization=True)
    write(store, facts, "new")
    assert index.near(asked(said)).record == []
    behind = index.watermark
    assert index.catch_up().rows >= 2
    assert index.watermark == store.watermark() > behind
    near = index.near(asked(said))
    assert near.record == [first]
    assert near.party == [""]
    assert_weighed_as_by_batch(store, near, asked(said))
    resolve(store, model=active(store))
    index.catch_up()
    found = index.near(asked(said))
    assert found.party == [store.edges([first], ["OF"])[0].target]
    assert index.members(found.party) == [[first]]
    facts.says(first, said | {"phone": ["+380679998877"]}, at=5)
    write(store, facts, "changed")
    index.catch_up()
    changed = asked({"phone": ["+380679998877"]})
    assert index.near(changed).record == [first]
    assert_weighed_as_by_batch(store, index.near(changed), changed)
    fresh = Index.open(store, place.with_name("anew"))
    for rows in (asked(NEW), asked(said), changed):
        assert told(index.near(rows)) == told(fresh.near(rows))


def test_the_erased_are_gone_at_once_and_from_the_files(
    store: GraphStore, index: Index, facts: Facts, place: Path
) -> None:
    gone = [one.id for one in facts.records() if one.key == "16"]
    store.erase(gone, by="anna", why="asked")
    index.catch_up()
    index.settle()
    assert not set(gone) & set(index.near(asked(NEW)).record)
    assert_weighed_as_by_batch(store, index.near(asked(NEW)), asked(NEW))
    index.catch_up()
    written = b"".join(one.read_bytes() for one in place.rglob("*") if one.is_file())
    for key in gone:
        assert bytes.fromhex(key) not in written
        assert key.encode() not in written
    assert "501200016".encode("utf-16-le") not in written
    assert not set(gone) & set(index.near(asked(NEW)).record)


def active(store: GraphStore) -> str:
    model = models.active(store)
    assert model is not None
    return model.id


def test_without_a_model_it_says_what_to_run(store: GraphStore, place: Path) -> None:
    with pytest.raises(NotFound, match="closeknit resolve"):
        Index.open(store, place)


def test_nobody_else_may_read_the_files(index: Index, place: Path) -> None:
    assert len(index) == 116
    for one in (place, *place.rglob("*")):
        assert one.stat().st_mode & 0o077 == 0


def test_a_second_process_shares_the_files(
    store: GraphStore, index: Index, place: Path
) -> None:
    other = Index.open(store, place)
    assert sum(one.is_dir() for one in place.iterdir()) == 1
    rebuild(store, place)
    for one in (index, other):
        one.catch_up()
        assert told(one.near(asked(NEW)))
    assert sum(one.is_dir() for one in place.iterdir()) == 1


def test_canonical_values_made_anew_wait_for_new_files(
    store: GraphStore, index: Index, facts: Facts
) -> None:
    (mine, _) = [one.id for one in facts.records() if one.key == "16"]
    ((version,),) = store.versions([mine])
    before = index.watermark
    said = msgspec.structs.replace(version, value=version.value | {"tax_id": ["777"]})
    told = Rewriting(subjects=[mine], read_at=store.watermark(), versions=[said])
    key = Ids(store.namespace).of("Setting", MARK)
    mark = Setting(id=key, name=MARK, value="1")
    store.apply(GraphBatch(id="renewed", nodes=[mark], rewriting=told))
    lag = index.catch_up()
    assert (lag.due, index.watermark) == (True, before)
    assert lag.seq > 0
    assert index.catch_up(whole=True).seq == 0
    assert index.near(asked({"tax_id": ["777"]})).record == [mine]


def test_a_cookie_speaks_once_two_have_it(store: GraphStore, index: Index) -> None:
    facts = Facts()
    first = facts.record("v1", {}, [("shop:cookie", "c1")], source="web")
    write(store, facts, "first")
    index.catch_up()
    assert index.near_of([first]).record == []
    second = facts.record("v2", {}, [("shop:cookie", "c1")], source="web")
    write(store, facts, "second")
    index.catch_up()
    assert index.near_of([first]).record == [second]
    assert index.near_of([second]).record == [first]
