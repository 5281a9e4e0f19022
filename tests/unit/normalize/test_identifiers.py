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
from ingest.normalize.vat import vat


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
    column = ibans(["IBAN: GB29NWBK60161331926819", "XX82WEST12345698765432"])
    assert column.values[0] == "GB29NWBK60161331926819"
    assert column.flags == [(), ("unknown_country", "check_failed")]


def test_tax_ids_name_their_kind() -> None:
    column = tax_ids([
        "3184710691", "3184710690", "159-35-5547", "АВ123", "ІПН: 3184710691",
        "код ИНН 500100732259", "0000000000",
    ])  # fmt: skip
    assert column.values == [
        "3184710691", "3184710690", "159355547", "AB123", "3184710691",
        "500100732259", "0000000000",
    ]  # fmt: skip
    assert column.flags == [
        ("rnokpp",), ("rnokpp", "check_failed"), ("ssn",), ("unknown_kind",),
        ("rnokpp",), ("inn",), ("placeholder",),
    ]  # fmt: skip


def test_accounts_and_devices() -> None:
    raw = [
        "@Anna", "https://t.me/Anna", "x.com/Anna?s=1", "tg://resolve?domain=Anna",
        "https://www.facebook.com/profile.php?id=1000", "linkedin.com/in/anna-k/",
        "https://facebook.com/people/Anna-Koval/1000",
    ]  # fmt: skip
    assert handles(raw).values == [
        "anna", "anna", "anna", "anna", "1000", "anna-k", "1000",
    ]  # fmt: skip
    # A passport's series typed in either alphabet; Б has no look-alike.
    raw = ["кв № 123456", "KB 123456", "АБ123456", "AБ123456"]
    assert documents(raw).values == ["KB123456", "KB123456", "АБ123456", "АБ123456"]
    assert cookies([' "AbC" ']).values == ["AbC"]
    assert devices(["AA-BB-CC-DD-EE-FF", "490154203237518", "0000"]) == (
        ["aa:bb:cc:dd:ee:ff", "490154203237518", "0000"],
        [("mac",), ("imei",), ("placeholder",)],
    )


def test_addresses_of_machines_are_shortened() -> None:
    column = ips([
        "203.0.113.77", "203.0.113.77:443", "2001:db8:1:2::5", "no", "10.0.0.1",
        "[2001:db8:1:2::5]:443", "::ffff:203.0.113.9",
    ])  # fmt: skip
    assert column.values == [
        "203.0.113.0/24", "203.0.113.0/24", "2001:db8:1::/48", None, "10.0.0.0/24",
        "2001:db8:1::/48", "203.0.113.0/24",
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
        ("TOB «Рута»", "рута llc"),
        ("Example Sp. z o.o.", "example llc"),
        ("Acme GmbH & Co. KG", "acme llc"),
        ("Acme Co., Ltd", "acme llc"),
        ("ИП Иванов И.И.", "иванов и и sole"),
    ],
)
def test_organization(raw: str, value: str) -> None:
    assert organizations([raw]).values == [value]


def test_register_numbers_name_their_kind() -> None:
    numbers = [
        "14360570", "14360571", "7707083893", "1027700132195", "506700GE1G29325QX363",
        "GB999999973", "2500012367", "77", "код ЄДРПОУ: 14360570", "ИНН 7707083893",
        "LEI 506700GE1G29325QX363", "GB999999974", "UA143605704021", "EDRPOU123456",
    ]  # fmt: skip
    assert register_numbers(numbers).flags == [
        ("edrpou",), ("edrpou", "check_failed"), ("inn",), ("ogrn",), ("lei",),
        ("vat",), ("rnokpp",), ("unknown_kind",), ("edrpou",), ("inn",), ("lei",),
        ("vat", "check_failed"), ("vat", "unchecked"), ("vat", "unchecked"),
    ]  # fmt: skip
    assert register_numbers(numbers[8:9]).values == ["14360570"]


@pytest.mark.parametrize(
    "number",
    # The usual examples, of companies that publish them; each country's own rule.
    [
        *("ATU13585627", "BE0403019261", "DE136695976", "DK13585628", "EE100931558"),
        *("EL094259216", "FI20774740", "FR40303265045", "FR83404833048"),
        *("GB980780684", "HR33392005961", "HU12892312", "IE6433435F", "IE6433435OA"),
        *("IT00743110157", "LU15027442", "NL004495445B01", "NL123456789B13"),
        *("PL8567346215", "PT501964843", "RO18547290", "SE123456789701"),
        *("SI50223054", "SK2022749619"),
    ],
)
def test_vat_numbers(number: str) -> None:
    assert vat(number)
    # One digit in the middle is another one: every rule notices that.
    middle = len(number) - 4
    place = next(n for n in range(middle, 1, -1) if number[n].isdigit())
    other = str((int(number[place]) + 1) % 10)
    assert vat(number[:place] + other + number[place + 1 :]) is False
