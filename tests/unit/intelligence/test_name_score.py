"""How alike two names are."""

import pytest

from intelligence.identity.names.likeness import name_score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("John Smith", "Smith, John"),
        ("Анна Коваль", "Anna Koval"),
        ("Ted Doe", "Theodore Doe"),
        ("vanderbilt corp", "van der bilt corp"),
        ("Usama bin Ladin", "Osama bin Laden"),
        ("Саша Коваль", "Олександр Коваль"),
        ("Hans J Friedrich", "Hans Joachim Friedrich"),
        ("Deutsche Bank AG", "Deutsche Bank Aktiengesellschaft"),
    ],
)
def test_names_of_one_party_score_above_those_of_two(one: str, other: str) -> None:
    assert name_score(one, other) > 0.76 > name_score("Hugo Chacón", "Hugo Chávez")
    assert name_score(one, other) == name_score(other, one)


def test_one_other_word_weighs_more_than_a_slip_in_each() -> None:
    swapped = name_score("jamal mustafa dulaimi", "jamal mustafa tikriti")
    slipped = name_score("jamal mustafa dulaimi", "jamel mustapa dulajmi")
    assert swapped < slipped


def test_names_that_say_nothing_are_like_none() -> None:
    assert name_score("", "Anna") == name_score("...", "...") == 0.0
    assert name_score("ТОВ", "тов") == 1.0  # nothing but a legal form is still a name


def test_a_likeness_is_between_nought_and_one() -> None:
    for one in ("a", "anna", "x y z " * 50, "Анна", "贝拉克"):
        for other in ("b", "anna b", "q", "x" * 500):
            assert 0 <= name_score(one, other) <= 1
