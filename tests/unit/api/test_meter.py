import pytest

from api.cli.meter import Meter, compact
from graph.errors import BadSettings


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0"), (999, "999"), (1_000, "1.0k"), (12_345, "12.3k"), (4_500_000, "4.5M"),
     (10**16, "10000.0T")],
)  # fmt: skip
def test_numbers_stay_short(number: int, said: str) -> None:
    assert compact(number) == said


def test_without_a_terminal_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLOSEKNIT_PROGRESS")
    times = iter([100.0, 104.9, 105.0, 109.9, 110.1])
    with Meter(lambda: next(times)) as shown:
        shown("web", 1_000, 3_000)
        shown("web\x1b[2J", 1_500, 3_000)
        shown("ties", 1, None)
        shown("ties", 2, None)
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err == "web�[2J: 1.5k of 3.0k\nties: 2\n"


def test_no_lines_where_none_are_wanted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOSEKNIT_PROGRESS", "0")
    times = iter([0.0, 1e9])
    with Meter(lambda: next(times)) as shown:
        shown("web", 1, 2)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("said", ["often", "-1", "nan"])
def test_what_is_no_number_of_seconds_is_refused(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOSEKNIT_PROGRESS", said)
    with pytest.raises(BadSettings, match="CLOSEKNIT_PROGRESS"):
        Meter()


def test_on_a_terminal_a_bar_that_goes_away(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with Meter() as shown:
        shown("[web]", 1, 2)
        shown("ties", 5, None)
    written = capsys.readouterr()
    assert written.out == ""
    assert "[web]" in written.err
    assert "ties" in written.err
    assert written.err.rstrip().endswith("\x1b[2K")
