"""The project as a whole: its size, its parts, its locks, what it must not contain."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("graph", "ingest", "intelligence", "api")
LONGEST = 300  # lines of a file: small because the thought is small
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
# In pieces, so that this file does not name what no file may name.
HOSTS = [
    *(".".join(parts) for parts in [("pypi", "org"), ("pythonhosted", "org")]),
    *(".".join(parts) for parts in [("npmjs", "org"), ("maven", "org")]),
    *(".".join(parts) for parts in [("crates", "io"), ("golang", "org")]),
    ".".join(("repo1", "maven")),
    ".".join(("maven", "apache", "org")),
    ".".join(("deb", "debian", "org")),
]


def project_files() -> list[Path]:
    """Every file that is, or is about to be, in the repository."""
    done = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    paths = [ROOT / name for name in done.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a program; its output is what a test looks at."""
    return subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True)


def test_no_python_file_is_longer_than_a_thought() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for path in project_files()
        if path.suffix == ".py"
    }
    assert lengths
    assert {name: n for name, n in lengths.items() if n > LONGEST} == {}


def test_no_file_names_the_host_of_a_package_registry() -> None:
    needle = re.compile("|".join(map(re.escape, HOSTS)).encode(), re.IGNORECASE)
    naming = [path for path in project_files() if needle.search(path.read_bytes())]
    assert naming == []


def test_rooms_import_without_side_effects(tmp_path: Path) -> None:
    """No output, no file, no thread, no logging set up by importing any module."""
    code = f"""
import importlib, logging, pkgutil, threading
names = []
for room in {ROOMS!r}:
    package = importlib.import_module(room)
    names.append(room)
    for found in pkgutil.walk_packages(package.__path__, room + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
            names.append(found.name)
assert len(names) >= 4
assert logging.getLogger().handlers == [], "a module configures logging"
assert threading.active_count() == 1, "a module starts a thread"
for name in names:
    assert logging.getLogger(name).handlers == [], name
"""
    done = run(sys.executable, "-W", "error", "-c", code, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_no_other_distribution_owns_our_names() -> None:
    owners = importlib.metadata.packages_distributions()
    for name in (*ROOMS, "tests", "tools"):
        assert set(owners.get(name, [])) <= {"closeknit"}, name


def test_the_distribution_cannot_be_uploaded_by_mistake() -> None:
    assert "Private :: Do Not Upload" in PROJECT["project"]["classifiers"]


@pytest.mark.parametrize(
    "name",
    ["README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "DECISIONS.md"],
)
def test_a_newcomer_finds(name: str) -> None:
    assert (ROOT / name).stat().st_size > 0


def test_changelog_names_this_version() -> None:
    heads = re.findall(
        r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M
    )
    assert heads[0] == "Unreleased"
    released = heads[1] if len(heads) > 1 else PROJECT["project"]["version"]
    assert PROJECT["project"]["version"] == released


def test_each_decision_says_what_it_costs() -> None:
    """Context, decision, cost, what else was weighed: in this order, none left out."""
    text = (ROOT / "DECISIONS.md").read_text("utf-8")
    entries = re.split(r"^## ", text, flags=re.M)[1:]
    assert entries
    wanted = ["Context", "Decision", "Cost", "Weighed"]
    for entry in entries:
        parts = re.findall(r"^\*\*(\w+)\.\*\*", entry, flags=re.M)
        assert [part for part in parts if part != "Figures"] == wanted, entry[:60]


def test_locks_answer_for_what_the_project_asks_for() -> None:
    """Offline: `make lock` was run after the last change of pyproject.toml."""
    uv = str(Path(sys.executable).parent / "uv")
    done = run(uv, "lock", "--check", "--offline", "--no-cache")
    assert done.returncode == 0, f"run make lock: {done.stderr}"


def test_exported_lists_are_those_of_the_lock() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tools'); import lock\n"
        "for name in lock.LISTS:\n"
        "    assert lock.exported(name) == (lock.ROOT / name).read_text(), name\n"
    )
    done = run(sys.executable, "-c", code)
    assert done.returncode == 0, f"run make lock: {done.stderr}"


def test_every_locked_package_has_a_hash() -> None:
    lists = sorted(ROOT.glob("requirements*.lock"))
    assert len(lists) == 3
    for path in lists:
        entries = path.read_text("utf-8").replace("\\\n", " ").splitlines()
        assert entries
        assert [one for one in entries if "--hash=sha256:" not in one] == []
