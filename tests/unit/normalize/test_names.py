import pytest

from ingest.normalize.name_parts import split_name
from ingest.normalize.names import names


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("Коваленко Іван Петрович", "given=Іван patronymic=Петрович family=Коваленко"),
        ("Иван Петрович Коваленко", "given=Иван patronymic=Петрович family=Коваленко"),
        ("Olha Petrivna Zinkevych", "given=Olha patronymic=Petrivna family=Zinkevych"),
        ("Зінкевич Петро Юрійович", "given=Петро patronymic=Юрійович family=Зінкевич"),
        ("Шевченко Ілля Ілліч", "given=Ілля patronymic=Ілліч family=Шевченко"),
        ("Иванова Мария Никитична", "given=Мария patronymic=Никитична family=Иванова"),
        ("Олена Іванівна", "given=Олена patronymic=Іванівна"),
        ("Марія Шевченко (Коваленко)", "given=Марія family=Шевченко maiden=Коваленко"),
        ("Anna Bondar née Kovalenko", "given=Anna family=Bondar maiden=Kovalenko"),
        ("Smith, John R.", "given=John middle=R. family=Smith"),
        ("John Robert Smith", "given=John middle=Robert family=Smith"),
        ("Kovalenko Ivan", "given=Ivan family=Kovalenko"),
        ("Ivan Kovalenko", "given=Ivan family=Kovalenko"),
        ("пан КОВАЛЬ Іван", "given=Іван family=Коваль"),
        ("Шевченко О. І.", "given=О. middle=І. family=Шевченко"),
        ("О. І. Шевченко", "given=О. middle=І. family=Шевченко"),
        ("О.І. Шевченко", "given=О. middle=І. family=Шевченко"),
        ("Ludwig van der Berg", "given=Ludwig family=Van Der Berg"),
        ("ван дер Берг Ян", "given=Ян family=Ван Дер Берг"),
        ("Carlos de la Cruz", "given=Carlos family=De La Cruz"),
        ("John \"Johnny\" Smith", "given=John family=Smith"),
        ("Гоголь Іван (молодший)", "given=Іван family=Гоголь"),
        ("Аббас Ельдар Ахмед огли", "given=Ельдар patronymic=Ахмед Огли family=Аббас"),
        ("Бабко", "family=Бабко"),
        ("Фёдор", "given=Федор"),
        ("", ""),
    ],
)  # fmt: skip
def test_split_name(raw: str, parts: str) -> None:
    found = split_name(raw)._asdict()
    del found["flags"]
    assert " ".join(f"{key}={text}" for key, text in found.items() if text) == parts


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        ("Іван Петрович", "patronymic_guessed"),
        ("Ткач Бондар", "order_guessed"),
        ("Лiкар Iван", "homoglyph"),
        ("Олександр (Саша) Коваль", "nickname"),
        ("Олександр «Сокіл» Коваль", "nickname"),
        ("Коваль " * 100, "too_long"),
    ],
)
def test_doubt_is_flagged(raw: str, flag: str) -> None:
    assert flag in split_name(raw).flags


@pytest.mark.parametrize(
    ("raw", "value", "flags"),
    [
        ("ФЁДОР", "Федор", ("yo",)),
        ("Лук’ян", "Лук'ян", ()),
        ("Лукʼян", "Лук'ян", ()),
        ("ШЕВЧЕНКО-КОВАЛЬ", "Шевченко-Коваль", ()),
        ("o'brien", "O'Brien", ()),
        ("Kовaль", "Коваль", ("homoglyph",)),
        ("Вишывана і", "Вишывана І", ("initials",)),
        ("Вышівана", "Вышівана", ("mixed_alphabet",)),
        ("п. Іван", "П. Іван", ("initials",)),
        ("г-жа Анна", "Анна", ("title",)),
        ("Іван2", "Іван", ("digits",)),
        ("123", None, ("unreadable",)),
        ("(((", None, ("unreadable",)),
    ],
)
def test_canonical_name(raw: str, value: str | None, flags: tuple[str, ...]) -> None:
    assert names([raw]) == ([value], [flags])
