import pytest

from api import cards, lists
from graph.errors import BadQuery, NotFound
from tests.support.village import EMAIL, PHONE, Known


def test_a_card_tells_all_that_is_known(village: Known) -> None:
    ids = village.ids
    card = cards.card(village.store, ids.anna)
    assert (card.id, card.kind, card.name) == (ids.anna, "person", "Anna Koval")
    assert card.asked_for is None
    assert [(r.source, r.key, r.probability) for r in card.records] == [
        ("crm", "anna", 1.0)
    ]
    assert [(i.kind, i.value) for i in card.identifiers] == [
        ("email", EMAIL),
        ("phone", PHONE),
    ]
    (home,) = card.households
    assert [member.id for member in home.members] == [ids.anna, ids.bohdan]
    (employer,) = card.employers
    assert (employer.party.name, employer.title) == ("Svitanok", "baker")
    (tie,) = card.ties
    assert (tie.party.id, tie.kind, tie.outgoing) == (ids.bohdan, "spouse", False)
    assert [score.value for score in card.scores] == [3.5]
    assert [(e.label, e.amount) for e in card.recent] == [("Purchase", 12_345)]


def test_reasons_name_the_parties_that_they_speak_of(village: Known) -> None:
    (score,) = cards.card(village.store, village.ids.anna).scores
    assert score.reasons == [
        {"why": "moves", "party": village.ids.bohdan, "name": "Bohdan Koval"}
    ]


def test_fraud_evidence_is_for_links_only(village: Known) -> None:
    ids = village.ids
    card = cards.card(village.store, ids.artem)
    assert card.identifiers == []
    (link,) = lists.links(village.store, ids.artem).links
    assert (link.party.id, link.ring, link.ring_score) == (ids.stranger, ids.ring, 9.5)
    assert link.shared[0]["kind"] == "iban"


def test_newest_events_come_first(village: Known) -> None:
    done = cards.card(village.store, village.ids.stranger).recent
    assert [event.label for event in done] == ["Interaction", "Visit"]
    assert done[0].text == "Too dear for me."


def test_old_ids_and_records_lead_to_their_party(village: Known) -> None:
    ids = village.ids
    for asked in (ids.merged, ids.record):
        card = cards.card(village.store, asked)
        assert (card.id, card.asked_for) == (ids.anna, asked)
    dashed = f"{ids.anna[:8]}-{ids.anna[8:]}".upper()
    assert cards.card(village.store, dashed).asked_for is None


@pytest.mark.parametrize("text", ["", "anna", "0" * 32, "f" * 32, "z" * 32])
def test_unknown_ids_are_not_found(village: Known, text: str) -> None:
    with pytest.raises(NotFound):
        cards.card(village.store, text)


def test_influencers_come_in_pages(village: Known) -> None:
    first = lists.influencers(village.store, limit=1)
    assert [(p.rank, p.party.id) for p in first.influencers] == [(1, village.ids.anna)]
    second = lists.influencers(village.store, limit=1, after=first.next)
    assert [(p.rank, p.party.id) for p in second.influencers] == [
        (2, village.ids.artem)
    ]
    last = lists.influencers(village.store, limit=1, after=second.next)
    assert (last.influencers, last.next) == ([], None)


@pytest.mark.parametrize("after", ["", "1", "1:x:y", "1:nan:" + "0" * 32, "::", "é"])
def test_bad_cursors_are_refused_by_both_lists(village: Known, after: str) -> None:
    with pytest.raises(BadQuery):
        lists.influencers(village.store, after=after)
    with pytest.raises(BadQuery):
        lists.unconverted(village.store, after=after)


def test_visitors_who_did_not_buy_by_reason(village: Known) -> None:
    for reason in (None, "price"):
        found = lists.unconverted(village.store, reason=reason)
        assert [v.party.id for v in found.visitors] == [village.ids.stranger]
    assert lists.unconverted(village.store, reason="site").visitors == []


def test_pages_of_visitors_end(village: Known) -> None:
    first = lists.unconverted(village.store, limit=1)
    assert first.next == village.ids.finding
    last = lists.unconverted(village.store, limit=1, after=first.next)
    assert (last.visitors, last.next) == ([], None)
