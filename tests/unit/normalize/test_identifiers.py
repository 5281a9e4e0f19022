"""Check digits against widely published examples, and what becomes of the values."""

from collections.abc import Callable
from datetime import date

import pytest

from ingest.normalize import check_digits
from ingest.normalize.companies import organizations, register_numbers
from ingest.normalize.identifiers import (
    cookies,
    devices,
    documents,
    handles,
    ibans,
    ips,
    tax_ids,
)


@pytest.mark.parametrize(
    ("check", "good"),
    [
        # Example accounts as the IBAN registry (SWIFT) gives them by country.
        (check_digits.iban, "GB29NWBK60161331926819"),
        (check_digits.iban, "UA213223130000026007233566001"),
        (check_digits.iban, "DE89370400440532013000"),
        # LEIs of registered entities, GLEIF's own first.
        (check_digits.mod_97, "506700GE1G29325QX363"),
        (check_digits.mod_97, "5493001KJTIIGC8Y1R12"),
        # Numbers of large Ukrainian companies in the public register.
        (check_digits.edrpou, "14360570"),
        (check_digits.edrpou, "20077720"),
        (check_digits.edrpou, "40075815"),
        # Sberbank's INN and OGRN; the usual textbook examples for the others.
        (check_digits.inn, "7707083893"),
        (check_digits.inn, "500100732259"),
        (check_digits.ogrn, "1027700132195"),
        (check_digits.ogrn, "304500116000157"),
        (check_digits.snils, "11223344595"),
        # The usual textbook examples of an IMEI and of Luhn's formula.
        (check_digits.luhn, "490154203237518"),
        (check_digits.luhn, "79927398713"),
        (check_digits.rnokpp, "3184710691"),
    ],
)
def test_check_digits(check: Callable[[str], bool], good: str) -> None:
    assert check(good)
    last = str((int(good[-1]) + 1) % 10)
    assert not check(good[:-1] + last)


def test_rnokpp_tells_birth_date_and_sex() -> None:
    assert check_digits.rnokpp_birth_date("3184710691") == date(1987, 3, 12)
    assert check_digits.rnokpp_sex("3184710691") == "male"


def test_failed_checks_are_flagged_and_kept() -> None:
    column = ibans(
        ["gb29 nwbk 6016 1331 9268 19", "GB29NWBK60161331926818", "UA21", "-"]
    )
    assert column.values == [
        "GB29NWBK60161331926819", "GB29NWBK60161331926818", "UA21", None,
    ]  # fmt: skip
    assert column.flags == [(), ("check_failed",), ("invalid",), ("unreadable",)]


def test_tax_ids_name_their_kind() -> None:
    column = tax_ids(["3184710691", "3184710690", "159-35-5547", "АВ123"])
    assert column.values == ["3184710691", "3184710690", "159355547", "АВ123"]
    assert column.flags == [
        ("rnokpp",), ("rnokpp", "check_failed"), ("ssn",), ("unknown_kind",),
    ]  # fmt: skip


def test_accounts_and_devices() -> None:
    assert handles(["@Anna", "https://t.me/Anna", "x.com/Anna?s=1"]).values == [
        "anna", "anna", "anna",
    ]  # fmt: skip
    assert documents(["кв № 123456"]).values == ["КВ123456"]
    assert cookies([' "AbC" ']).values == ["AbC"]
    assert devices(["AA-BB-CC-DD-EE-FF", "490154203237518", "0000"]) == (
        ["aa:bb:cc:dd:ee:ff", "490154203237518", "0000"],
        [("mac",), ("imei",), ("placeholder",)],
    )


def test_addresses_of_machines_are_shortened() -> None:
    column = ips(
        ["203.0.113.77", "203.0.113.77:443", "2001:db8:1:2::5", "no", "10.0.0.1"]
    )
    assert column.values == [
        "203.0.113.0/24", "203.0.113.0/24", "2001:db8:1::/48", None, "10.0.0.0/24",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("ТОВ «Агрогруп»", "агрогруп llc"),
        ('ООО "Агрогруп"', "агрогруп llc"),
        ("Агрогруп, ТОВ", "агрогруп llc"),
        ("Товариство з обмеженою відповідальністю «Рута»", "рута llc"),
        ("ПрАТ «Транссервіс-Дрогобич»", "транссервіс-дрогобич prjsc"),
        ("Acme Ltd.", "acme llc"),
        ("Acme", "acme"),
        ("ТОВ", "llc"),
    ],
)
def test_organization(raw: str, value: str) -> None:
    assert organizations([raw]).values == [value]


def test_register_numbers_name_their_kind() -> None:
    numbers = [
        "14360570", "14360571", "7707083893", "1027700132195", "506700GE1G29325QX363",
        "GB999999973", "2500012367", "77",
    ]  # fmt: skip
    assert register_numbers(numbers).flags == [
        ("edrpou",), ("edrpou", "check_failed"), ("inn",), ("ogrn",), ("lei",),
        ("vat",), ("rnokpp",), ("unknown_kind",),
    ]  # fmt: skip
