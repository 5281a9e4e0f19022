from collections.abc import Callable

import pytest

from graph.model import Interaction, Purchase, Value, Visit
from graph.snapshot import Snapshot
from intelligence.parties import read
from intelligence.sentiment.deeds import read as read_deeds
from intelligence.sentiment.findings import Unconverted, moods, unconverted
from intelligence.sentiment.lexicon import REASONS
from tests.support.people import IDS, Facts, named

Resolved = Callable[..., tuple[Snapshot, dict[str, int]]]


def visits(facts: Facts, record: str, *steps: dict[str, Value]) -> None:
    key = IDS.event("Visit", record, str(len(facts.nouns)))
    facts.edge("BY", facts.add(Visit(id=key, kind="web", steps=list(steps))), record)


def says(facts: Facts, record: str, text: str, kind: str = "call") -> None:
    key = IDS.event("Interaction", record, str(len(facts.nouns)))
    talk = Interaction(id=key, kind=kind, text=text)  # type: ignore[arg-type]
    facts.edge("BY", facts.add(talk), record)


def lost(resolved: Resolved, facts: Facts) -> dict[int, Unconverted]:
    snapshot, _ = resolved(facts)
    found = unconverted(snapshot, read(snapshot), moods(snapshot))
    return {one.party: one for one in found}


@pytest.mark.parametrize(
    ("step", "reasons"),
    [
        ({"kind": "products_searched", "results": 0}, ["availability"]),
        ({"kind": "products_searched", "results": 7}, []),
        ({"kind": "product_viewed", "available": False}, ["availability"]),
        ({"kind": "checkout_step_viewed", "step": 2}, ["delivery"]),
        ({"kind": "page", "path": "/info/delivery"}, ["delivery"]),
        ({"kind": "page", "path": "/undeliverable"}, []),
        ({"kind": "page", "status": 503}, ["site"]),
        ({"kind": "page", "status": 404}, []),
        ({"kind": "error_shown", "code": "x"}, ["site"]),
        ({"kind": "coupon_denied"}, ["price"]),
        ({"kind": "product_compared"}, ["competitor"]),
        ({}, []),
    ],
)
def test_deeds_tell_reasons(step: dict[str, Value], reasons: list[str]) -> None:
    assert [deed.reason for deed in read_deeds([step])] == reasons
    assert set(reasons) <= set(REASONS)


def test_words_outweigh_deeds(resolved: Resolved) -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"))
    visits(facts, a, {"kind": "page", "path": "/contacts"})
    says(facts, a, "Жахлива доставка, курʼєр запізнився")
    (found,) = lost(resolved, facts).values()
    assert (found.mood, found.reason) == ("negative", "delivery")
    assert 0 < found.confidence < 1
    assert found.evidence[0]["text"] == "Жахлива доставка, курʼєр запізнився"


def test_who_bought_is_no_lost_visitor_and_a_return_is_no_purchase(
    resolved: Resolved,
) -> None:
    facts = Facts()
    a, b = (facts.record(key, named("Іван", f"Коваль{key}")) for key in "12")
    for record, kind in ((a, "sale"), (b, "return")):
        visits(facts, record, {"kind": "coupon_denied"})
        done = Purchase(
            id=IDS.event("Purchase", record, kind),
            kind=kind,  # type: ignore[arg-type]
            number="1",
            currency="UAH",
            amount=1,
        )
        facts.edge("BY", facts.add(done), record)
    _, place = resolved(facts)
    assert list(lost(resolved, facts)) == [place[b]]


def test_a_silent_visitor_is_unsure_and_a_nameless_one_is_left_out(
    resolved: Resolved,
) -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"))
    b = facts.record("anon", {}, source="web")
    for record in (a, b):
        visits(facts, record, {"kind": "page", "path": "/"})
    _, place = resolved(facts)
    (found,) = lost(resolved, facts).values()
    assert (found.party, found.mood, found.reason) == (place[a], "unsure", None)
    assert found.evidence == []


def test_posts_are_said_to_the_world_and_are_no_visit(resolved: Resolved) -> None:
    facts = Facts()
    says(facts, facts.record("1", named("Іван", "Коваль")), "Дорого!", "post")
    assert lost(resolved, facts) == {}


def test_of_a_talk_the_customers_own_turns_are_read(resolved: Resolved) -> None:
    facts = Facts()
    a = facts.record("1", named("Іван", "Коваль"))
    turns: list[dict[str, Value]] = [
        {"speaker": "agent", "text": "Чудово, дякую, гарного дня!"},
        {"speaker": "customer", "text": "Товар зламаний."},
    ]
    key = IDS.event("Interaction", a, "t")
    facts.edge("BY", facts.add(Interaction(id=key, kind="transcript", turns=turns)), a)
    snapshot, _ = resolved(facts)
    (reading,) = moods(snapshot).readings
    assert (reading.mood, reading.reason) == ("negative", "product")
