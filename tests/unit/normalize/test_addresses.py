import pytest

from ingest.normalize.address_parts import AddressParts, full_addresses, split_address
from ingest.normalize.addresses import (
    cities,
    countries,
    flats,
    houses,
    postcodes,
    regions,
    streets,
)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("вулиця Хутірська", "Хутірська street"),
        ("вул. Хутірська", "Хутірська street"),
        ("Хутірська вул.", "Хутірська street"),
        ("ул.Михайловская", "Михайловская street"),
        ("просп. Перемоги", "Перемоги avenue"),
        ("233rd Ave SE", "233rd Se avenue"),
        ("вул. Набережна", "Набережна"),
        ("Набережна", "Набережна"),
        ("вул. 1-го Травня", "1-го Травня street"),
        ("бульв. Шевченка", "Шевченка boulevard"),
        ("ж/м Тополя", "Тополя quarter"),
    ],
)
def test_street(raw: str, value: str) -> None:
    assert streets([raw]).values == [value]
    assert streets([value]).values == [value]


def test_houses_and_flats() -> None:
    raw = ["буд. 12-а корп. 3", "12/4", "12 А", "12A", "д.5к2", "085", "162Б", "-"]
    assert houses(raw).values == [
        "12A к3", "12/4", "12A", "12A", "5 к2", "85", "162Б", None,
    ]  # fmt: skip
    raw = ["12 літ. А", "12-14", "12A bldg 3", "дом 12 литера Б"]
    assert houses(raw).values == ["12A", "12/14", "12A к3", "12Б"]
    raw = ["кв. 15", "apt # 7", "007", "15", "кв. № 5", "кімн. 3"]
    assert flats(raw).values == ["15", "7", "7", "15", "5", "3"]


def test_cities_carry_todays_name() -> None:
    raw = ["м. Київ", "Kiev", "Днепропетровск", "г. Белая Церковь", "с. Бровари"]
    column = cities(raw)
    assert column.values == ["Київ", "Київ", "Дніпро", "Біла Церква", "Бровари"]
    assert column.flags == [(), ("synonym",), ("synonym",), ("synonym",), ()]


def test_small_parts() -> None:
    assert countries(["Україна", "U.S.A.", "Атлантида"]).values == [
        "UA", "US", "Атлантида",
    ]  # fmt: skip
    assert regions(["Полтавська обл."]).values == ["Полтавська"]
    assert postcodes(["so43 7dx", "01001"]).values == ["SO437DX", "01001"]


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        (
            "01001, Україна, м. Київ, вул. Хрещатик, буд. 12-а, кв. 5",
            AddressParts(
                "вул. Хрещатик", "12-а", "кв. 5", "м. Київ", None, "01001", "Україна"
            ),
        ),
        (
            "ул. Ленина 5 кв 12, Харьков",
            AddressParts("ул. Ленина", "5", "12", "Харьков"),
        ),
        (
            "362 E. 61st St, Chicago, 60637",
            AddressParts("E. 61st St", "362", None, "Chicago", None, "60637"),
        ),
        ("вул. Шевченка, 10, 25", AddressParts("вул. Шевченка", "10", "25")),
        (
            "Полтавська обл., с. Диканька, вул. Гоголя, 3",
            AddressParts("вул. Гоголя", "3", None, "с. Диканька", "Полтавська обл."),
        ),
        (
            "01001 м. Київ вул. Хрещатик 22 кв 5",
            AddressParts(
                "вул. Хрещатик", "22", "5", "м. Київ", postcode="01001", country=None
            ),
        ),
        (
            "Львівська обл., Стрийський р-н, с. Дашава, вул. Шевченка, 5",
            AddressParts("вул. Шевченка", "5", None, "с. Дашава", "Львівська обл."),
        ),
        (
            "г. Харьков, ул. Сумская, д. 10, корп. 2, под. 3, эт. 4, кв. 5",
            AddressParts("ул. Сумская", "10 корп. 2", "кв. 5", "г. Харьков"),
        ),
        (
            "Бровари, вулиця Київська 4а, Україна",
            AddressParts("вулиця Київська", "4а", city="Бровари", country="Україна"),
        ),
        ("вул. Липова 12 м. Київ", AddressParts("вул. Липова", "12", city="м. Київ")),
        (
            "вул. Липова 12 корпус 3 квартира 5",
            AddressParts("вул. Липова", "12 корпус 3", "5"),
        ),
        (
            "221B Baker Street, London NW1 6XE",
            AddressParts("Baker Street", "221B", None, "London", None, "NW1 6XE"),
        ),
    ],
)
def test_split_address(raw: str, parts: AddressParts) -> None:
    assert split_address(raw) == parts


def test_full_address_is_folded() -> None:
    assert full_addresses(["м.Київ,  вул. Хрещатик"]).values == ["м київ, вул хрещатик"]
