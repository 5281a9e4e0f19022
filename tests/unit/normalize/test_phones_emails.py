import pytest

from ingest.normalize.emails import emails, mailbox
from ingest.normalize.phones import parse_phone, phones


@pytest.mark.parametrize(
    ("raw", "value", "flags"),
    [
        ("095 411 5143", "+380954115143", ("mobile",)),
        ("+38 (066) 030-17-70", "+380660301770", ("mobile",)),
        ("380639405869", "+380639405869", ("mobile",)),
        ("80661234567", "+380661234567", ("trunk_8", "mobile")),
        ("8 916 123-45-67", "+79161234567", ("trunk_8", "mobile")),
        ("79161234567", "+79161234567", ("plus_added", "mobile")),
        ("044 389 0832 доб. 12", "+380443890832", ("landline", "extension:12")),
        ("044 389 0832 вн. 12", "+380443890832", ("landline", "extension:12")),
        ("0661234567, 0501234567", "+380661234567", ("several", "mobile")),
        ("123", "123", ("invalid", "other")),
        ("abc", None, ("unreadable",)),
        ("  ", None, ()),
        ("9" * 150, None, ("unreadable",)),
    ],
)
def test_phone(raw: str, value: str | None, flags: tuple[str, ...]) -> None:
    column = phones([raw])
    assert column.values == [value]
    assert column.flags == [flags]


def test_region_decides_what_a_local_number_is() -> None:
    assert parse_phone("(312) 555-0123", "US").value == "+13125550123"
    assert parse_phone("8 916 123-45-67", "RU").value == "+79161234567"


@pytest.mark.parametrize(
    ("raw", "value", "flags"),
    [
        (" Ivan.P+x@Gmail.com ", "ivan.p+x@gmail.com", ("tagged", "dots_ignored")),
        ("Іван <i@ukr.net>", "i@ukr.net", ()),
        ("mailto:a@b.ua", "a@b.ua", ()),
        ("іvan@ukr.net", "ivan@ukr.net", ("homoglyph",)),
        ("info@shop.ua", "info@shop.ua", ("role",)),
        ("почта@пример.рф", "почта@пример.рф", ()),
        ("a..b@c.ua", "a..b@c.ua", ("invalid",)),
        ("mailto:a@b.ua?subject=hi", "a@b.ua", ()),
        ("a @ b.ua", "a@b.ua", ()),
        ("a@b.ua; c@d.ua", "a@b.ua", ("several",)),
        ("почта@xn--e1afmkfd.xn--p1ai", "почта@пример.рф", ()),
        ("not an address", "not an address", ("invalid",)),
    ],
)
def test_email(raw: str, value: str, flags: tuple[str, ...]) -> None:
    assert emails([raw]) == ([value], [flags])


@pytest.mark.parametrize(
    ("address", "box"),
    [
        ("ivan.p+shop@googlemail.com", "ivanp@gmail.com"),
        ("ivan.p@ya.ru", "ivan-p@yandex.ru"),
        ("ivan.p+x@example.com", "ivan.p+x@example.com"),
        ("not an address", "not an address"),
    ],
)
def test_mailbox(address: str, box: str) -> None:
    assert mailbox(address) == box
