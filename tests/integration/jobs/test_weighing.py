"""Weighed evidence in a store: models kept, made active again, explained."""

import math

import numpy as np
import pytest

from graph import snapshot
from graph.batch import GraphBatch
from graph.bookkeeping import Lease
from graph.errors import LeaseHeld
from graph.hashing import view_hash
from graph.model import Party
from graph.store import GraphStore
from intelligence.identity.columns import records
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.reviewing.explaining import explain
from intelligence.identity.stored import table_of
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Scorer
from intelligence.jobs.deciding.deciding import decide
from intelligence.jobs.deciding.explaining import explain_records
from intelligence.jobs.deciding.ledger import Order
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.runs import models
from tests.support.people import Facts, named
from tests.support.street import write

GIVEN = ("Олексій", "Марина", "Тарас", "Оксана", "Богдан", "Зоя", "Данило", "Віра")
FAMILY = ("Ковальчук", "Шевчук", "Бойко", "Ткаченко", "Мельник", "Кравець", "Лисенко")


def crowd() -> tuple[Facts, list[str]]:
    """56 people, each known to two sources, and a firm known to two."""
    facts, ids = Facts(), list[str]()
    for place, (given, family) in enumerate(
        (given, family) for given in GIVEN for family in FAMILY
    ):
        said = named(
            given, family, birth_date=f"19{50 + place % 40}-03-{place % 27 + 1:02}"
        )
        said["phone"] = [f"+3805012{place:05}"]
        for source in ("crm", "shop"):
            ids.append(facts.record(str(place), said, source=source))
    firm = {"organization.name": ["ТОВ Промінь"], "phone": ["+380441112233"]}
    for source in ("crm", "shop"):
        ids.append(facts.record("f", firm, source=source, organization=True))
    return facts, ids


@pytest.fixture
def people(store: GraphStore) -> list[str]:
    facts, ids = crowd()
    write(store, facts)
    resolve(store)
    return ids


def parties(store: GraphStore, ids: list[str]) -> list[str]:
    return [store.edges([one], ["OF"])[0].target for one in ids]


def test_weighed_records_become_stable_parties(
    store: GraphStore, people: list[str]
) -> None:
    found = parties(store, people)
    assert found[::2] == found[1::2]
    assert len(set(found)) == 57
    (firm,) = store.get([found[-1]])
    assert isinstance(firm, Party)
    assert (firm.kind, firm.method) == ("organization", "fellegi-sunter-3")
    assert not resolve(store).changed


@pytest.mark.usefixtures("people")
def test_an_old_model_made_active_again_gives_its_result(store: GraphStore) -> None:
    first, view = models.active(store), view_hash(store)
    assert first is not None
    old = Model.from_bytes(models.blob(first))
    blunt = [
        (one.comparison, one) for one in old.weights if one.comparison != "given name"
    ]
    changed = Model(
        old.version, old.script_keys, (-60.0, old.priors[1], old.priors[2]),
        tuple(one for _, one in blunt), old.terms, old.notes,
    )  # fmt: skip
    other = models.kept(store, changed.to_bytes(), {}, 1)
    store.apply(GraphBatch(id="another", nodes=[other]))
    models.activate(store, other.id)
    assert [one.id for one in models.listed(store) if one.active] == [other.id]
    resolve(store, model=other.id)
    assert view_hash(store) != view
    before = store.watermark()
    again = models.activate(store, first.id)
    assert store.changes(before).changes, "processes see it by seq"
    resolve(store, model=again.id)
    assert view_hash(store) == view
    assert [one.id for one in models.listed(store) if one.active] == [first.id]


def test_a_model_holds_no_value_of_the_table(
    store: GraphStore, people: list[str]
) -> None:
    kept = models.active(store)
    assert kept is not None
    blob = models.blob(kept)
    taken = snapshot.take(store, records.PROJECTION)
    found = records.read(taken)
    table = table_of(taken, found)
    values = {
        text
        for said in (table.values, found.versions.columns("raw"))
        for column in said.values()
        for text in column.texts
    }
    assert len(values) > 100
    assert not [text for text in values if text.encode() in blob]
    assert not [key for key in people if bytes.fromhex(key) in blob]
    assert not [key for key in people if key.encode() in blob]


@pytest.mark.usefixtures("people")
def test_what_is_listed_sums_to_the_scores_bit_for_bit(store: GraphStore) -> None:
    kept = models.active(store)
    assert kept is not None
    weights = Model.from_bytes(models.blob(kept))
    taken = snapshot.take(store, records.PROJECTION)
    found = records.read(taken)
    table = table_of(taken, found)
    ready = features(table, models.secret(store), script_keys=weights.script_keys)
    scorer = Scorer(weights, ready)
    pairs = [(a, b) for a in range(0, len(table), 3) for b in range(a + 1, len(table))]
    left, right = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    scores = scorer.score(left, right)
    for place, one in enumerate(explain(scorer, table, pairs)):
        match, relative, stranger = (
            one.prior.match,
            one.prior.relative,
            one.prior.stranger,
        )
        for part in one.parts:
            match += part.weight.match
            relative += part.weight.relative
            stranger += part.weight.stranger
        assert (match, relative, stranger) == (
            one.score.match, one.score.relative, one.score.stranger,
        )  # fmt: skip
        assert match == scores.match[place]
        assert relative == scores.relative[place]
        assert stranger == scores.stranger[place]
        highest = max(match, relative, stranger)
        total = sum(math.exp(s - highest) for s in (match, relative, stranger))
        assert abs(one.probability.match - math.exp(match - highest) / total) < 1e-12
        together = one.probability
        assert abs(together.match + together.relative + together.stranger - 1) < 1e-12


def test_a_party_is_explained_by_the_pairs_that_hold_it_together(
    store: GraphStore, people: list[str]
) -> None:
    a, b, c = people[0], people[1], people[2]
    decide(store, Order("same", (a,), (c,), "olha", "seen"))
    why = explain_records(store, [a, b, c])
    assert len(why.pairs) == 3
    assert len(why.holding) == 2
    assert {why.holding[0].left, why.holding[0].right} == {a, b}
    assert why.holding[0].probability.match > 0.9 > why.holding[1].probability.match
    phone = next(said for said in why.holding[0].said if said.attribute == "phone")
    assert phone.left == phone.right == phone.left_raw == ["+380501200000"]
    (pair,) = explain_records(store, [a], [b]).pairs
    assert pair.score == why.holding[0].score


def test_organizations_are_explained_by_their_names(
    store: GraphStore, people: list[str]
) -> None:
    (pair,) = explain_records(store, people[-2:]).pairs
    said = {one.attribute: one.left_raw for one in pair.said}
    assert said["organization.name"] == ["ТОВ Промінь"]
    name = next(one for one in pair.parts if one.comparison == "organization's name")
    assert (name.level, name.weight.match > 0) == ("same words", True)
    assert pair.probability.match > 0.5


@pytest.mark.usefixtures("people")
def test_a_run_that_fails_leaves_the_old_model_active(
    store: GraphStore,
) -> None:
    before = models.active(store)
    assert before is not None
    facts = Facts()
    facts.record("new", named("Гліб", "Заєць", birth_date="1990-01-01"))
    write(store, facts, "more")

    def stop(stage: str, done: int, total: int | None) -> None:
        del done, total
        if stage == "write back":
            raise RuntimeError

    with pytest.raises(RuntimeError):
        resolve(store, progress=stop)
    assert models.active(store) == before
    assert len(models.listed(store)) == 2, "what it learned is kept, not in use"
    resolve(store)
    after = models.active(store)
    assert after is not None
    assert after.id != before.id


@pytest.mark.usefixtures("people")
def test_no_model_is_made_active_while_a_run_is_under_way(store: GraphStore) -> None:
    kept = models.active(store)
    assert kept is not None
    lease = store.lease("resolve", holder="other:1:x", seconds=60)
    with pytest.raises(LeaseHeld):
        models.activate(store, kept.id)
    store.release(lease)
    assert models.activate(store, kept.id).active


def test_a_run_that_thinks_long_keeps_its_lease(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts, _ = crowd()
    write(store, facts)
    renew, stages = store.renew, list[str]()
    renewed: list[int] = []

    def counted(lease: Lease, *, seconds: float) -> Lease:
        renewed.append(len(stages))
        return renew(lease, seconds=seconds)

    monkeypatch.setattr(store, "renew", counted)
    monkeypatch.setattr("intelligence.jobs.runs.running._RENEW_AFTER", -1.0)
    resolve(store, progress=lambda stage, *_: stages.append(stage))
    before_writing = stages.index("write back")
    assert [place for place in renewed if 0 < place < before_writing]
