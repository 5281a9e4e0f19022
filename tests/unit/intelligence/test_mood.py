import pytest

from intelligence.sentiment.lexicon import REASONS, lexicon, word_list
from intelligence.sentiment.mood import language_of, read
from intelligence.sentiment.words import LANGUAGES, tokens


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("Great service, very friendly staff!", "positive"),
        ("The coffee machine is broken and nobody answers.", "negative"),
        ("I'd like to know your opening hours", "positive"),  # word lists are blunt
        ("Where is the shop?", "neutral"),
        ("Отличный магазин, всё понравилось", "positive"),
        ("Ужасное обслуживание, курьер опоздал", "negative"),
        ("Дуже гарний магазин, дякую!", "positive"),
        ("Жахливий сервіс, товар зламаний", "negative"),
        ("😡", "negative"),
        ("", "neutral"),
    ],
)
def test_mood_in_three_languages(text: str, mood: str) -> None:
    assert read(text).mood == mood


@pytest.mark.parametrize(
    "text", ["The food was not good", "Мне не понравилось", "Мені не сподобалось"]
)
def test_a_negator_turns_praise_into_blame(text: str) -> None:
    reading = read(text)
    assert reading.mood == "negative"
    assert " " in reading.words[0]  # the negator is shown with the word


def test_a_negator_does_not_reach_into_the_next_clause() -> None:
    assert read("No, it is good").mood == "positive"


def test_no_problem_is_faint_praise() -> None:
    assert read("Без проблем").mood == "positive"


def test_what_follows_a_but_outweighs_what_went_before() -> None:
    assert read("The shop is nice but the manager was rude").mood == "negative"


def test_praise_and_blame_that_weigh_alike_are_unsure() -> None:
    reading = read("Good coffee, bad tea")
    assert reading.mood == "unsure"
    assert reading.confidence == 0.0


@pytest.mark.parametrize(
    ("text", "reason", "shown"),
    [
        ("Слишком дорого для меня", "price", "дорого"),
        ("Too expensive", "price", "expensive"),
        ("Доставка запізнилась на тиждень", "delivery", "доставка"),
        ("Немає в наявності мого розміру", "availability", "наявності"),
        ("The manager was rude", "service", "manager"),
        ("Кошик не працює, сторінка зависає", "site", "кошик"),
        ("Похоже на мошенников, нет доверия", "trust", "мошенников"),
        ("Знайшла дешевше в іншому магазині у конкурентів", "competitor", "іншому"),
        ("Hello", None, None),
    ],
)
def test_the_reason_comes_with_the_words_that_show_it(
    text: str, reason: str | None, shown: str | None
) -> None:
    reading = read(text)
    assert reading.reason == reason
    assert shown is None or shown in reading.reason_words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Скільки коштує доставка?", "uk"),
        ("Сколько стоит это?", "ru"),
        ("How much is it?", "en"),
        ("Жахливо", "uk"),
        ("12345 !!", None),
    ],
)
def test_language_by_letters_and_small_words(text: str, found: str | None) -> None:
    assert language_of(text) == found


def test_a_language_that_is_not_known_is_found_out() -> None:
    assert read("Жахливо", "xx").language == "uk"


def test_apostrophes_and_letter_forms_are_folded() -> None:
    assert tokens("Don’t! Кур'єр ЁЖ") == ["dont", "!", "курєр", "еж"]


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_language_has_words_for_every_mood_and_reason(name: str) -> None:
    known = lexicon(name)
    assert set(REASONS) == set(known._reasons)
    assert known._positive.stems
    assert known._negative.stems


def test_a_phrase_matches_only_as_a_whole() -> None:
    listed = word_list("sold-out дорог*")
    assert listed.matches("дорогой")
    assert not listed.matches("sold")
    assert listed.beginning("sold") == (("out",),)
    assert read("They were sold out").reason == "availability"
    assert read("They sold it").reason is None
