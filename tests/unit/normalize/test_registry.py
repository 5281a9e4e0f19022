import pytest

from ingest.normalize import NORMALIZER_VERSION, derive, normalize, normalize_column
from ingest.normalize.agents import agent_of, agents


def test_a_record_with_derived_parts() -> None:
    raw = {
        "name.full": ["пан Коваленко Іван Петрович"],
        "phone": ["095 411 5143", "+380954115143", " "],
        "birth.date": ["05/06/1987"],
        "address.full": ["м. Київ, вул. Хрещатик, 12-а, кв. 5"],
        "address.city": ["Kiev"],
        "x.color": [" red  blue"],
    }
    said = normalize(raw)
    assert said.value["name.family"] == ["Коваленко"]
    assert said.value["phone"] == ["+380954115143"]
    assert said.value["address.house"] == ["12A"]
    assert said.value["address.city"] == ["Київ"]
    assert said.value["x.color"] == ["red blue"]
    assert said.flags == [
        "address.city:synonym", "birth.date:ambiguous", "name.full:title",
        "phone:mobile",
    ]  # fmt: skip
    assert raw["x.color"] == [" red  blue"]
    assert NORMALIZER_VERSION == 2


def test_the_order_of_dates_comes_with_the_record() -> None:
    said = normalize({"birth.date": ["05/06/1987"]}, orders={"/": "dmy"})
    assert said.value == {"birth.date": ["1987-06-05"]}


def test_several_phones_and_emails_in_one_text_are_one_each() -> None:
    raw = {
        "phone": ["067 123 45 67, дім. 044 222 33 44", "0671234567"],
        "email": ["A@b.ua; c@d.ua"],
    }
    said = normalize(raw)
    assert said.value == {
        "phone": ["+380671234567", "+380442223344"], "email": ["a@b.ua", "c@d.ua"],
    }  # fmt: skip
    assert said.flags == [
        "email:several", "phone:landline", "phone:mobile", "phone:several",
    ]  # fmt: skip


def test_stated_parts_are_never_derived() -> None:
    raw = {"name.full": ["Іван Коваль"], "name.family": ["Бондар"]}
    assert derive(raw) == {"name.given": ["Іван"]}


def test_columns_keep_their_length() -> None:
    column = normalize_column("email", ["A@b.ua", "", "A@b.ua"])
    assert column.values == ["a@b.ua", None, "a@b.ua"]
    assert normalize_column("sex", ["Ж", "1", "?"]).values == ["female", "male", "?"]


def test_agents_are_families() -> None:
    chrome = (
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like "
        "Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
    )
    assert agents([chrome, "curl/8.0"]) == (
        ["Chrome Mobile on Android", "curl on unknown"], [("mobile",), ()],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/137.0.0.0", "desktop"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605", "desktop"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile", "mobile"),
        ("Mozilla/5.0 (Linux; Android 14; SM-G991B) Chrome/126 Mobile", "mobile"),
        ("Mozilla/5.0 (Linux; Android 13; SM-T870) Chrome/126.0.0.0", "tablet"),
        ("Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) Version/17.4", "tablet"),
        ("Mozilla/5.0 (Linux; Android 9; BRAVIA 4K) Chrome/90.0 Safari", "tv"),
        ("okhttp/4.9.3", "unknown"),
    ],
)  # fmt: skip
def test_kinds_of_devices(text: str, device: str) -> None:
    assert agent_of(text).device == device
