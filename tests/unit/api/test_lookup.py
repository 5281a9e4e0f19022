import pytest

from api.lookup import find_parties
from tests.support.village import EMAIL, IBAN, PHONE, Known


def found(village: Known, text: str, limit: int = 20) -> list[tuple[str, str]]:
    parties = find_parties(village.store, text, region="UA", limit=limit).parties
    return [(party.name, party.matched) for party in parties]


ANNA, BOHDAN = ("Anna Koval", "phone"), ("Bohdan Koval", "phone")


@pytest.mark.parametrize(
    "typed",
    [PHONE, "067 123-45-67", "(067) 1234567", "380671234567", " +38 067 123 45 67 "],
)
def test_phones_as_people_type_them(village: Known, typed: str) -> None:
    assert found(village, typed) == [ANNA, BOHDAN]


def test_emails_in_any_case(village: Known) -> None:
    assert found(village, EMAIL.upper()) == [("Anna Koval", "email")]


def test_ids_keys_and_other_identifiers(village: Known) -> None:
    assert found(village, village.ids.anna) == [("Anna Koval", "id")]
    assert found(village, village.ids.record) == [("Anna Koval", "id")]
    assert found(village, "works") == [("Svitanok", "crm key")]
    assert {how for _, how in found(village, IBAN)} == {"iban"}


@pytest.mark.parametrize("typed", ["koval ann", "Коваль Ганна", "ГАННА"])
def test_names_in_any_script(village: Known, typed: str) -> None:
    assert ("Anna Koval", "name") in found(village, typed)


def test_names_without_their_dots(village: Known) -> None:
    assert found(village, "артем") == [("Артём Ковалёв", "name")]


@pytest.mark.parametrize(
    "typed", ["", " ", "\0", "@", "+", "12345678", "\ud800", "x" * 5000, "f" * 32, "%"]
)
def test_nonsense_finds_nobody(village: Known, typed: str) -> None:
    assert found(village, typed) == []


def test_the_limit_holds_for_identifiers_too(village: Known) -> None:
    assert found(village, PHONE, limit=1) == [ANNA]
