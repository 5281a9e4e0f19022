import pytest

from graph.errors import BadMapping
from ingest.tables.mapping import Field, load_mapping, parse_mapping


def test_every_way_to_name_columns() -> None:
    mapping = parse_mapping(
        """
        [table]
        zone = "Europe/Kyiv"
        [columns]
        record_id = "id"
        name.full = ["first", "last"]
        "birth.date" = { column = "born", format = "%d.%m.%Y" }
        address = { city = "town", country = { constant = "UA" } }
        phone = { columns = ["a", "b"] }
        x.club = "club"
        [[states]]
        kind = "spouse"
        to = { name = "wife", phone = "tel" }
        [[consents]]
        purpose = "marketing"
        channel = "email"
        state = "ok"
        """
    )
    assert mapping.zone == "Europe/Kyiv"
    assert mapping.fields["name.full"] == Field("name.full", ("first", "last"))
    assert mapping.fields["birth.date"].format == "%d.%m.%Y"
    assert mapping.fields["address.city"].columns == ("town",)
    assert mapping.fields["address.country"].constant == "UA"
    assert mapping.fields["phone"].columns == ("a", "b")
    assert mapping.fields["x.club"].columns == ("club",)
    assert mapping.columns() == {
        "id", "first", "last", "born", "town", "a", "b", "club", "wife", "tel", "ok",
    }  # fmt: skip


def test_a_tie_by_name_and_phone_is_written_in_either_way() -> None:
    text = "[columns]\nphone = 'a'\n[[states]]\nkind = 'spouse'\n"
    beside = parse_mapping(f"{text}name = 'wife'\nphone = 'tel'")
    inside = parse_mapping(f"{text}to = {{ name = 'wife', phone = 'tel' }}")
    assert beside.states == inside.states


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[columns", "not TOML"),
        ("", "names no column"),
        ("[columns]\nfone = 'a'", "did you mean phone"),
        ("[columns]\nzzz = 'a'", "x.NAME"),
        ("[columns]\nphone = 1", "a column's name"),
        ("[columns]\nphone = []", "a column's name"),
        ("[columns]\nphone = {constant = 'a', column = 'b'}", "one of the two"),
        ("[columns]\nphone = {format = 'a'}", "one of the two"),
        ("[columns]\nphone = {column = 'a', size = 1}", "size is unknown"),
        ("[columns]\nphone = {column = 'a', format = 1}", "format is no text"),
        ("columns = 1", "is no table"),
        ("[column]\nphone = 'a'", "is unknown"),
        ("[table]\nzone = 'Mars'\n[columns]\nphone = 'a'", "no time zone"),
        ("[table]\nzones = 'a'\n[columns]\nphone = 'a'", "there are zone"),
        ("[columns]\nphone = 'a'\n[[states]]\nkind = 'a'", "a column of keys"),
        ("[columns]\nphone = 'a'\n[[states]]\nto = 'a'", "wants kind and to"),
        (
            "[columns]\nphone = 'a'\n[[states]]\nkind = 'a'\nto = 'b'\nname = 'c'",
            "wants kind and to",
        ),
        ("[columns]\nphone = 'a'\n[states]\nto = 'a'", "wanted as"),
        ("[columns]\nphone = 'a'\n[[consents]]\nstate = 'a'", "wants purpose"),
    ],
)
def test_what_no_mapping_can_say(text: str, message: str) -> None:
    with pytest.raises(BadMapping, match=message):
        parse_mapping(text)


def test_a_missing_file() -> None:
    with pytest.raises(BadMapping, match="cannot be read"):
        load_mapping("no/such/map.toml")
