"""Folding, transliteration keys, look-alike letters, and what search indexes."""

import sqlite3

import pytest

from graph.text import (
    SKELETON_MARK,
    TOKEN_LENGTH,
    fold,
    query_terms,
    search_tokens,
    skeleton,
    tokens,
    unmix,
)


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("  Артём\tІванович ", "артем іванович"),
        ("Дем’ян", "демян"),
        ("Демʼян", "демян"),
        ("O'Brien", "obrien"),
        ("Ґалаґан", "галаган"),
        ("Їжак Йосип", "їжак йосип"),
        ("Łódź Škoda", "lodz skoda"),
        ("ﬁrst\u00adly", "firstly"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_fold(raw: str, folded: str) -> None:
    assert fold(raw) == folded
    assert fold(folded) == folded


def test_tokens_are_words_and_numbers() -> None:
    assert tokens("вул. Лук'янівська, 12-А") == ["вул", "лукянівська", "12", "а"]


@pytest.mark.parametrize(
    "same",
    [
        "Артём Artem Артем Artyom",
        "Щириця Shchyrytsia Schirica Щирица",
        "Григорій Hryhorii Grigoriy Григорий Grigory Hryhoriy",
        "Євген Yevhen Evgen Ievgen",
        "Альона Алёна Alyona Алена",
        "Вишневська Vyshnevska Вишневская Vishnevskaya",
        "Вишневський Vyshnevskyi Вишневский Vishnevsky",
        "Сергієнко Serhiienko Sergienko Сергиенко",
        "Мар'яна Mariana Maryana Марьяна",
        "Юлія Yuliia Julia Iuliia Юлия",
        "Людмила Ludmila Lyudmila Liudmyla",
        "Виктор Victor Viktor",
        "Згурський Zghurskyi Згурский",
        "Троцкий Trotsky Trockij",
        "Соловьев Solovyov Solovyev Соловьёв",
        "Юрій Yurii Юрий Jurij Yuri",
        "Ілля Illia Илья Ilya",
        "Їжак Yizhak Izhak",
        "Харків Kharkiv Harkiv",
        "Александр Aleksandr Alexandr Alexander Александер",
    ],
)
def test_skeleton_joins_scripts_and_romanisations(same: str) -> None:
    keys = {skeleton(word) for word in same.split()}
    assert len(keys) <= (2 if "Alexander" in same else 1)


def test_skeleton_does_not_translate() -> None:
    assert skeleton("Олексій") != skeleton("Алексей")
    assert skeleton("Шевченко") != skeleton("Савченко")
    assert skeleton("ь") == ""
    assert skeleton("1204") == "1204"


@pytest.mark.parametrize(
    ("mixed", "mended"),
    [
        ("Лiкaр", ("Лікар", True)),
        ("Ивaнoв", ("Иванов", True)),
        ("Іvаn", ("Ivan", True)),
        ("Sberбанк", ("Sberбанк", True)),
        ("Іван", ("Іван", False)),
        ("Ivan", ("Ivan", False)),
        ("", ("", False)),
    ],
)
def test_unmix(mixed: str, mended: tuple[str, bool]) -> None:
    assert unmix(mixed) == mended


def test_plain_tokens_never_look_like_skeletons() -> None:
    found = search_tokens(["Ґалаґан Галаган", "ґ"])
    plain = [token for token in found if not token.startswith(SKELETON_MARK)]
    assert plain == ["г", "галаган"]


def test_long_tokens_are_cut_alike_in_index_and_query() -> None:
    word = "ab" * 500
    assert all(len(token) <= TOKEN_LENGTH for token in search_tokens([word]))
    assert query_terms(word)[0][0] in search_tokens([word])


@pytest.mark.parametrize(
    "tokenizer", ["ascii", "unicode61", "unicode61 remove_diacritics 0"]
)
def test_tokens_survive_the_tokenizers_of_sqlite(tokenizer: str) -> None:
    database = sqlite3.connect(":memory:")
    database.execute(f"CREATE VIRTUAL TABLE t USING fts5(body, tokenize='{tokenizer}')")
    names = ["Артём Щириця", "Artem Schirica", "Лук’ян Гринько"]
    database.executemany(
        "INSERT INTO t VALUES (?)", [(" ".join(search_tokens([n])),) for n in names]
    )

    def found(query: str) -> list[int]:
        terms = [f'("{a}"* OR "{b}"*)' for a, b in query_terms(query)]
        rows = database.execute(
            "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid", (" AND ".join(terms),)
        )
        return [row[0] for row in rows]

    assert found("артем") == [1, 2]
    assert found("Shchyrytsia artem") == [1, 2]
    assert found("лукян") == [3]
    assert found("щир") == [1, 2]
    assert found("нема") == []
    database.close()
