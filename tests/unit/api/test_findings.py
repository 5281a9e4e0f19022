import pytest

from api.cli import findings
from api.highlights import Group, Highlights, highlights
from api.wire import PartySummary
from graph.connect import connect
from tests.support.village import Known


def test_a_store_without_conclusions_has_no_findings(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    with connect(f"sqlite:///{tmp_path}/empty.db") as store:
        found = highlights(store)
    assert found == Highlights(
        influencers=[], household=None, employer=None, linked=None, unconverted=None
    )
    findings.write(found, [])
    assert capsys.readouterr().out.count("nobody that shows") == 4


def test_the_village_has_each(village: Known) -> None:
    found = highlights(village.store)
    assert found.household
    assert [member.name for member in found.household.members] == [
        "Anna Koval",
        "Bohdan Koval",
    ]
    assert found.linked
    assert found.linked.name == "one IBAN"
    assert found.unconverted
    assert found.unconverted.party.name == "Marko Polo"


def test_what_was_found_and_what_to_do_next(
    village: Known, capsys: pytest.CaptureFixture[str]
) -> None:
    members = [PartySummary(id=str(n), kind="person", name=f"P{n}") for n in range(9)]
    firm = Group(id="f", name="Firm", members=members, evidence=[])
    found = highlights(village.store).model_copy(update={"employer": firm})
    findings.write(found, [("look", "closeknit show x"), ("serve", "closeknit serve")])
    printed = capsys.readouterr().out
    assert "  - P5  5\n  - and 3 more\n" in printed
    assert "Marko Polo: price\n     “Too dear for me.”" in printed
    assert printed.endswith("  # serve\n  closeknit serve\n")


@pytest.mark.parametrize(
    ("called", "shown"),
    [
        ("bin/closeknit", "bin/closeknit"),
        ("/else where/closeknit", "'/else where/closeknit'"),
    ],
)
def test_commands_are_shown_as_they_were_called(
    monkeypatch: pytest.MonkeyPatch, called: str, shown: str
) -> None:
    monkeypatch.setattr("sys.argv", [called])
    assert findings.program() == shown
    monkeypatch.setattr("sys.argv", ["/x/api/__main__.py"])
    assert findings.program().endswith(" -m api")
