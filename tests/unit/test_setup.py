"""`make setup` on machines that lack something: it says what, and leaves no mess."""

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What setup reads, and an empty folder of programs."""
    for name in ("tools", "bin"):
        (tmp_path / name).mkdir()
    for name in ("tools/setup.py", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def add_python(checkout: Path, name: str, answer: str) -> None:
    """An interpreter that answers what setup asks: major, minor, has venv, path."""
    program = checkout / "bin" / name
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)


def setup(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run setup with nothing on the path but the checkout's own programs."""
    return subprocess.run(
        [sys.executable, "tools/setup.py", "core"],
        cwd=checkout,
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": str(checkout / "bin"), **environment},
    )


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("echo 3 10 1 /usr/bin/python3", "3.10"),
        ("echo 3 14 1 /usr/bin/python3", "3.14"),
        ("exit 127", "none"),
    ],
)
def test_no_supported_python(checkout: Path, answer: str, found: str) -> None:
    add_python(checkout, "python3", answer)
    done = setup(checkout)
    assert done.returncode == 1
    assert f"Python 3.11, 3.12 or 3.13 is needed; found: {found}." in done.stderr
    assert "apt-get install python3.12 python3.12-venv" in done.stderr
    assert not (checkout / ".venv").exists()


def test_python_without_venv_names_the_package(checkout: Path) -> None:
    add_python(checkout, "python3", "echo 3 11 0 /usr/bin/python3")
    done = setup(checkout)
    assert done.returncode == 1
    assert "apt-get install python3-venv   (or python3.11-venv)" in done.stderr
    assert "dnf install python3 python3-pip" in done.stderr
    assert not (checkout / ".venv").exists()


def test_another_supported_python_is_taken(checkout: Path) -> None:
    """An old python3 does not hide a python3.12 beside it."""
    add_python(checkout, "python3", "echo 3 9 1 /usr/bin/python3")
    add_python(checkout, "python3.13", "exit 127")  # a version manager's dead shim
    add_python(checkout, "python3.12", f"echo 3 12 1 {checkout}/bin/chosen")
    add_python(checkout, "chosen", "exit 1")
    done = setup(checkout)
    assert f"making .venv with {checkout}/bin/chosen" in done.stderr
    assert f"{checkout}/bin/chosen could not make .venv" in done.stderr


def test_a_named_python_is_the_only_one_asked(checkout: Path) -> None:
    add_python(checkout, "python3.12", f"echo 3 12 1 {checkout}/bin/python3.12")
    add_python(checkout, "old", "echo 3 8 1 /usr/bin/old")
    done = setup(checkout, PYTHON=str(checkout / "bin" / "old"))
    assert done.returncode == 1
    assert "found: 3.8." in done.stderr


@pytest.fixture
def installed(checkout: Path) -> Path:
    """A checkout whose setup is done, as far as setup can see."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / "bin" / "python3").unlink(missing_ok=True)
    add_python(checkout, "../.venv/bin/python", "echo 3 11 1 /usr/bin/python3")
    namespace = runpy.run_path(str(checkout / "tools" / "setup.py"))
    stamp = checkout / ".venv" / "installed-core"
    stamp.write_text(namespace["fingerprint"]("core"))
    return checkout


def test_a_setup_that_is_done_does_nothing(installed: Path) -> None:
    done = setup(installed)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_changed_lock_is_installed(installed: Path) -> None:
    with (installed / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    done = setup(installed)
    assert "making .venv" not in done.stderr
    assert "installing requirements.lock" in done.stderr


def test_after_a_kill_the_environment_is_made_anew(installed: Path) -> None:
    (installed / ".venv" / "installed-core").unlink()
    (installed / ".venv" / "unfinished").touch()
    add_python(installed, "python3", f"echo 3 12 1 {installed}/bin/chosen")
    add_python(installed, "chosen", "exit 1")
    done = setup(installed)
    assert f"making .venv with {installed}/bin/chosen" in done.stderr


def test_a_dead_interpreter_is_noticed(installed: Path) -> None:
    """The system's Python was upgraded away from under the environment."""
    (installed / ".venv" / "bin" / "python").unlink()
    done = setup(installed)
    assert "Python 3.11, 3.12 or 3.13 is needed; found: none." in done.stderr


def test_naming_another_python_makes_the_environment_anew(installed: Path) -> None:
    add_python(installed, "same", f"echo 3 11 1 {installed}/bin/same")
    assert setup(installed, PYTHON=str(installed / "bin" / "same")).stderr == ""
    add_python(installed, "other", f"echo 3 12 1 {installed}/bin/chosen")
    add_python(installed, "chosen", "exit 1")
    done = setup(installed, PYTHON=str(installed / "bin" / "other"))
    assert f"making .venv with {installed}/bin/chosen" in done.stderr
