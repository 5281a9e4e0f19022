"""A version read again, and what follows for identifiers."""

import msgspec
import pytest

from graph.ids import Ids
from graph.model import Product, Record, Version
from ingest.facts.facts import Facts
from ingest.normalize import registry
from ingest.normalize.context import READ_BY, noted, recalled
from ingest.renormalizing.rederiving import Span, context_of, rederived, spans_now
from ingest.settings import IngestSettings

ANNA = Record(id="a" * 32, source="x", key="1")
SETTINGS = IngestSettings()


def told(settings: IngestSettings = SETTINGS, **raw: str) -> Version:
    """A version as an ingest writes it."""
    facts = Facts(Ids(), settings)
    facts.says(ANNA.id, "x", {name.replace("_", "."): [t] for name, t in raw.items()})
    [version] = [one for one in facts.take().nodes if isinstance(one, Version)]
    return version


def of_before(version: Version, **value: str) -> Version:
    """The same as an earlier normalizer had put it in form."""
    values = {name.replace("_", "."): [text] for name, text in value.items()}
    return msgspec.structs.replace(
        version, value=version.value | values, normalizer_version=1
    )


def test_what_is_unchanged_is_the_same() -> None:
    version = told(name_full="пан Іван Коваль", phone="067 123 45 67", sex="ж")
    said = rederived(version, ANNA, SETTINGS)
    assert said.after == version
    assert said.old == said.new == [("phone", "+380671234567")]


def test_a_version_is_read_by_what_it_was_read_by() -> None:
    polish = IngestSettings(region="PL", date_order="mdy")
    version = told(polish, phone="600 123 456", birth_date="03/04/1975")
    assert version.more == {READ_BY: {"region": "PL", "dates": {"/": "mdy"}}}
    assert rederived(version, ANNA, SETTINGS).after == version
    unsure = IngestSettings(date_order=None)
    version = told(unsure, birth_date="03/04/1975")
    assert version.more == {READ_BY: {"dates": {"/": ""}}}
    assert version.value == {"birth.date": ["1975-??-??"]}
    assert rederived(version, ANNA, SETTINGS).after == version


@pytest.mark.parametrize(
    ("text", "value", "flags", "orders"),
    [
        ("03/04/1975", "1975-04-03", [], {"/": "dmy"}),
        ("03/04/1975", "1975-03-04", [], {"/": "mdy"}),
        ("03/04/1975", "1975-??-??", ["birth.date:ambiguous"], {}),
        ("04/25/1975", "1975-04-25", [], {"/": "mdy"}),
        ("04/25/1975", "1975-04-25", ["birth.date:against_column"], {"/": "dmy"}),
        ("1975-04-25", "1975-04-25", [], {}),
    ],
)
def test_early_versions_show_the_order_of_their_dates(
    text: str, value: str, flags: list[str], orders: dict[str, str]
) -> None:
    version = of_before(told(birth_date=text), birth_date=value)
    version = msgspec.structs.replace(version, flags=flags)
    context = context_of(version, IngestSettings(region="PL"))
    assert (context.region, context.orders) == ("PL", orders)
    said = rederived(version, ANNA, SETTINGS)
    assert said.after.value == {"birth.date": [value]}


def test_the_usual_is_not_noted() -> None:
    usual = dict.fromkeys(("/", "."), "dmy")
    assert noted({"birth.date": ["03/04/1975"]}, "UA", usual) == {}
    assert noted({"birth.date": ["1975-04-03"]}, "UA", {}) == {}
    assert noted({"email": ["a@b.pl"]}, "PL", usual) == {}
    assert recalled({}).region == "UA"
    assert recalled({}).orders == dict.fromkeys(("", ".", "/", "-", " ", ","), "dmy")


def test_flags_of_times_and_tables_stay() -> None:
    version = told(phone="067 123 45 67")
    own = ["seen_at:no_zone", "date_only", "birth.date:other_format", "phone:odd"]
    version = msgspec.structs.replace(version, flags=own, normalizer_version=1)
    assert rederived(version, ANNA, SETTINGS).after.flags == [*own[:3], "phone:mobile"]


def test_products_are_only_numbered() -> None:
    product = Product(id="b" * 32, key="P1")
    version = of_before(told(email="A@B.ua"), email="A@B.ua")
    said = rederived(version, product, SETTINGS)
    now = registry.NORMALIZER_VERSION
    assert said.after == msgspec.structs.replace(version, normalizer_version=now)
    assert (said.old, said.new) == ([], [])


def span_of(versions: list[Version], has: dict[tuple[str, str], Span]) -> object:
    said = [rederived(version, ANNA, SETTINGS) for version in versions]
    return spans_now(ANNA, said, has, "UA")


def dated(version: Version, at: int | None) -> Version:
    return msgspec.structs.replace(version, observed_at=at)


def test_times_go_with_the_raw_text_that_gave_them() -> None:
    old, new = ("email", "A@B.ua"), ("email", "a@b.ua")
    upper = dated(of_before(told(email="A@B.ua"), email="A@B.ua"), 5)
    assert span_of([upper], {old: Span(5, 5)}) == {new: Span(5, 5)}
    # An event saw it before and after.
    assert span_of([upper], {old: Span(1, 9)}) == {new: Span(1, 9)}
    assert span_of([upper], {old: Span(5, 9)}) == {new: Span(5, 9)}
    # Another version always said the new form.
    lower = dated(of_before(told(email="a@b.ua")), 2)
    has = {old: Span(5, 5), new: Span(2, 2)}
    assert span_of([upper, lower], has) == {new: Span(2, 5)}
    # Nobody says a time.
    undated = dated(upper, None)
    assert span_of([undated], {old: Span(None, None)}) == {new: Span(None, None)}
    assert span_of([undated], {old: Span(3, 4)}) == {new: Span(3, 4)}


def test_what_no_version_tells_is_read_again_itself() -> None:
    assert span_of([], {("email", "A@B.ua"): Span(1, 2)}) == {
        ("email", "a@b.ua"): Span(1, 2)
    }
    assert span_of([], {("email", "nonsense"): Span(1, 2)}) == {}
    # Those that no version can give are not looked at.
    foreign = {("shop:account", "A"): Span(1, 2), ("y:handle", "A"): Span(1, 2)}
    assert span_of([], foreign) == {}
    assert span_of([], {("x:handle", "@Anna"): Span(1, 2)}) == {
        ("x:handle", "anna"): Span(1, 2)
    }


def test_one_form_may_become_two() -> None:
    """Two raw texts that were one canonical value, and are two now."""
    first = dated(of_before(told(email="a@b.ua"), email="one"), 1)
    second = dated(of_before(told(email="c@d.ua"), email="one"), 7)
    assert span_of([first, second], {("email", "one"): Span(1, 7)}) == {
        ("email", "a@b.ua"): Span(1, 1),
        ("email", "c@d.ua"): Span(7, 7),
    }
