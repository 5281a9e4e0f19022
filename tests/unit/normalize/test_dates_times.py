import pytest

from graph.errors import BadSettings
from ingest.normalize.dates import find_orders, parse_dates
from ingest.normalize.times import parse_times


@pytest.mark.parametrize(
    ("raw", "value", "flags"),
    [
        ("1975-11-20", "1975-11-20", ()),
        ("20.11.1975", "1975-11-20", ()),
        ("5.6.1975", "1975-06-05", ()),
        ("1975/11/20", "1975-11-20", ()),
        ("20 листопада 1975 р.", "1975-11-20", ()),
        ("20 ноября 1975 г.", "1975-11-20", ()),
        ("Nov 20, 1975", "1975-11-20", ()),
        ("17-May-90", "1990-05-17", ("two_digit_year",)),
        ("19751120", "1975-11-20", ()),
        ("1975", "1975-??-??", ("partial",)),
        ("11.1975", "1975-11-??", ("partial",)),
        ("31.02.1980", "1980-02-??", ("invalid", "partial")),
        ("1900-01-01", "1900-01-01", ("placeholder",)),
        ("05/06/1987", "1987-??-??", ("ambiguous",)),
        ("06/06/1987", "1987-06-06", ()),
        ("soon", None, ("unreadable",)),
        ("", None, ()),
    ],
)
def test_lone_date(raw: str, value: str | None, flags: tuple[str, ...]) -> None:
    assert parse_dates([raw]) == ([value], [flags])


def test_the_column_tells_the_order() -> None:
    assert parse_dates(["14/12/2003", "05/06/1987"]).values[1] == "1987-06-05"
    assert parse_dates(["12/14/2003", "05/06/1987"]).values[1] == "1987-05-06"
    assert parse_dates(["14/12/2003", "12/14/2003", "05/06/1987"]).flags[2] == (
        "ambiguous",
    )
    assert parse_dates(["06202006", "05062006"]).values[1] == "2006-05-06"


def test_orders_are_found_by_separator() -> None:
    assert find_orders(["14/12/2003", "12-14-2003"]) == {
        "/": "dmy", "-": "mdy", ".": "dmy",
    }  # fmt: skip
    column = parse_dates(["12/14/2003"], {"/": "dmy"})
    assert column == (["2003-12-14"], [("against_column",)])


@pytest.mark.parametrize(
    ("raw", "us", "offset", "flags"),
    [
        ("2024-01-01T00:00:00Z", 1_704_067_200_000_000, 0, ()),
        ("2024-01-01T02:00:00.5+02:00", 1_704_067_200_500_000, 120, ()),
        ("2024-01-01", 1_704_067_200_000_000, 0, ("date_only",)),
        ("20.11.2024 18:05", 1_732_118_700_000_000, 120, ()),
        ("11/20/2024 6:05 PM", 1_732_118_700_000_000, 120, ()),
        ("1700000000", 1_700_000_000_000_000, 0, ("epoch",)),
        ("1700000000123", 1_700_000_000_123_000, 0, ("epoch",)),
        ("10/Oct/2000:13:55:36 -0700", 971_211_336_000_000, -420, ()),
        ("2024-10-27T03:30:00", 1_729_989_000_000_000, 180, ("ambiguous_local",)),
        ("2024-03-31T03:30:00", 1_711_848_600_000_000, 120, ("nonexistent_local",)),
        ("05/06/2024 10:00", None, None, ("ambiguous",)),
        ("now", None, None, ("unreadable",)),
        ("", None, None, ()),
    ],
)
def test_time(
    raw: str, us: int | None, offset: int | None, flags: tuple[str, ...]
) -> None:
    assert parse_times([raw], "Europe/Kyiv") == ([us], [offset], [flags])


def test_no_zone_is_no_guess() -> None:
    assert parse_times(["2024-01-01T10:00:00"]).flags == [("no_zone",)]


def test_unknown_zone() -> None:
    with pytest.raises(BadSettings, match="Europe/Kyiv"):
        parse_times(["2024-01-01T10:00:00"], "Europe/Nowhere")
