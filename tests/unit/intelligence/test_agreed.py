"""A slip of the pen is not shown where the others agree."""

from intelligence.identity.parties.agreed import agreed
from intelligence.identity.parties.golden import Member, party
from intelligence.identity.parties.survivorship import Survivorship, Telling, gathered


def shown(
    said: list[tuple[str, str]], *emails: str, rules: Survivorship | None = None
) -> str:
    """The name shown of a party whose sources say so."""
    members = [
        Member(
            id=f"{number:032x}",
            source=source,
            organization=False,
            caption=source,
            said=[(number, names(name))],
        )
        for number, (source, name) in enumerate(said)
    ]
    for email in emails:
        members[0].said[0][1]["email"] = [email]
    return party(members, "0" * 32, "test", rules or Survivorship()).name


def names(full: str) -> dict[str, list[str]]:
    given, _, family = full.partition(" ")
    return {"name.given": [given], "name.family": [family]}


def test_a_slip_that_one_source_repeats_loses_to_two_sources() -> None:
    visits = [("web", "Іваан Горбачнко")] * 5
    said = [("crm", "Іван Горбаченко"), *visits, ("calls", "Іван Горбаченко")]
    assert shown(said) == "Іван Горбаченко"


def test_other_languages_vote_for_the_sounds() -> None:
    visits = [("web", "Євгенія Ггрицюко")] * 2
    said = [("crm", "Yevheniia Hrytsiuk"), *visits, ("calls", "Евгения Грицюк")]
    assert shown(said) in {"Yevheniia Hrytsiuk", "Евгения Грицюк"}


def test_slips_in_different_words_leave_what_the_others_wrote() -> None:
    said = [
        ("crm", "Іван Горбачнко"),
        ("web", "Іваан Горбаченко"),
        ("shop", "Іван Горбаченко"),
    ]
    assert shown(said) == "Іван Горбаченко"


def test_a_mailbox_breaks_a_tie() -> None:
    said = [("crm", "Володимир Сидорук"), *[("web", "Володимир Сидорк")] * 3]
    assert shown(said) == "Володимир Сидорк"
    assert shown(said, "v.sydoruk77@example.com") == "Володимир Сидорук"


def test_rules_of_ones_own_decide_as_they_are_documented() -> None:
    said = [("crm", "Іван Горбаченко"), ("calls", "Іван Горбаченко")]
    said.append(("web", "Іваан Горбачнко"))
    recent = Survivorship(rules={"name": ("recent",)})
    assert shown(said, rules=recent) == "Іваан Горбачнко"
    trusted = Survivorship(trusted=("web",), rules={"name": ("trusted",)})
    assert shown(said, rules=trusted) == "Іваан Горбачнко"


def test_where_nobody_agrees_all_are_left() -> None:
    told = [
        ("Anna Koval", Telling("1", "a", None)),
        ("Ivan Boiko", Telling("2", "b", 1)),
    ]
    candidates = gathered(told)
    assert agreed(candidates, []) == candidates
    assert agreed(candidates[:1], []) == candidates[:1]
