import pytest

from api.cli import meter
from api.cli.meter import Meter, compact


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
    monkeypatch.setattr(meter, "PATIENCE", 0.0)
    with Meter() as shown:
        shown("web\x1b[2J", 1_500, 3_000)
        shown("ties", 2, None)
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err == "web�[2J: 1.5k of 3.0k\nties: 2\n"


def test_without_a_terminal_short_work_is_silent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Meter() as shown:
        shown("web", 1, 2)
    assert capsys.readouterr() == ("", "")


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
