"""The command that makes canonical values anew, and what is told of it elsewhere."""

import json
from pathlib import Path

import pytest

from tests.support.other_normalizer import other_normalizer
from tests.support.typing_in import closeknit

CUSTOMERS = """\
id,name,phone,email
c-1,Anna Koval,067 123 45 67,Anna@example.com
c-2,Anna Koval,+38 067 123 45 67,anna@example.com
"""
MAP = """
[columns]
record_id = "id"
"name.full" = "name"
phone = "phone"
email = "email"
"""
CHECKS = ("canonical values", "conclusions")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of an earlier normalizer, resolved, in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "customers.csv").write_text(CUSTOMERS, "utf-8")
    (tmp_path / "map.toml").write_text(MAP, "utf-8")
    with other_normalizer():
        assert closeknit("ingest", "customers.csv", "--map", "map.toml").code == 0
        assert closeknit("resolve").code == 0
    return tmp_path


def looked_at() -> dict[str, bool]:
    """What the doctor says of canonical values and conclusions."""
    checks = json.loads(closeknit("doctor", "--json").out)
    return {one["name"]: one["ok"] for one in checks if one["name"] in CHECKS}


def test_the_doctor_tells_and_the_command_mends() -> None:
    assert looked_at() == {"canonical values": False}
    trial = closeknit("renormalize", "--dry-run")
    assert (trial.code, trial.err) == (0, "")
    assert trial.out.startswith("versions would be read again by normalizer 2: 2 of 1")
    assert looked_at() == {"canonical values": False}

    done = closeknit("renormalize")
    assert done.code == 0
    assert [line.split() for line in done.out.splitlines()] == [
        ["versions", "read", "again", "by", "normalizer", "2:", "2", "of", "1"],
        ["values", "flags", "attribute"],
        ["1", "2", "email"],
        ["0", "2", "name.family"],
        ["2", "2", "phone"],
        ["gained", "lost", "identifier"],
        ["1", "1", "email"],
        ["2", "2", "phone"],
    ]
    assert "run `closeknit resolve`" in done.err
    assert looked_at() == {"canonical values": True, "conclusions": False}

    assert closeknit("resolve").code == 0
    assert looked_at() == {"canonical values": True}
    found = closeknit("find", "067 123 45 67")
    assert len(found.out.splitlines()) == 2  # one party now


def test_a_second_run_says_so_and_json_tells_all() -> None:
    first = json.loads(closeknit("renormalize", "--json").out)
    assert first["renewal"]["values"] == {"email": 1, "phone": 2}
    assert first["renewal"]["versions"] == {"1": 2}
    assert first["stale_runs"] == ["resolve"]
    done = closeknit("renormalize")
    assert done.out == "every version is of normalizer 2; nothing to do\n"


def test_values_of_a_newer_normalizer_are_left_alone() -> None:
    closeknit("renormalize")
    with other_normalizer(1):
        done = closeknit("renormalize")
    assert done.code == 3
    assert "use a newer Closeknit" in done.err
