import pytest

from api.callers import who
from tests.support.typing_in import closeknit
from tests.support.village import EMAIL, IBAN, PHONE, Known


def test_a_shared_phone_has_all_its_candidates(village: Known) -> None:
    (found,) = who(village.store, ["067 123-45-67"], region="UA")
    assert (found.value, found.kind, found.hub) == ("067 123-45-67", "phone", False)
    assert {one.name for one in found.candidates} == {"Anna Koval", "Bohdan Koval"}
    total = sum(one.probability for one in found.candidates) + found.someone_else
    assert total == pytest.approx(1, abs=1e-12)
    assert all(one.records and one.why for one in found.candidates)


def test_answers_stand_in_the_order_asked(village: Known) -> None:
    values = [EMAIL.upper(), "nobody@example.com", PHONE, "", "\0", "x" * 5000, EMAIL]
    found = who(village.store, values, region="UA")
    assert [one.value for one in found] == values
    assert found[0].candidates == found[-1].candidates != []
    assert [one.someone_else for one in found[3:6]] == [1.0] * 3
    assert found[1].candidates == []


def test_fraud_evidence_names_nobody_to_a_clerk(village: Known) -> None:
    (found,) = who(village.store, [IBAN], region="UA")
    assert (found.candidates, found.kind) == ([], None)


def test_nothing_to_look_up_is_said(village: Known) -> None:
    done = closeknit("lookup", "--store", village.store.url)
    assert done.code == 2
    assert "--file" in done.err
