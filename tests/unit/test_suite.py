"""The rules of the suite itself: a skip fails, missing data is said aloud."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WAITS = re.compile(
    r"\b(?:time|asyncio)\.sleep\(|\b(?:timeout=|(?:wait|join|result)\()[\d.]+\b"
)
STRIKES = {
    "tests/integration/sqlite/test_kills.py",  # at any moment, drawn by seed
    "tests/integration/kafka/test_fence.py",  # messages go on between two looks
}


def run_suite(folder: Path, test: str, **environment: str) -> tuple[int, str]:
    """Run one test file under the project's settings; (exit code, output)."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    (folder / "test_it.py").write_text(f"import pytest, os, warnings\n{test}\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_it.py"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    return done.returncode, done.stdout


def test_skips_warnings_and_unexpected_passes_fail(tmp_path: Path) -> None:
    """One run for all of them: starting a suite is slow."""
    code, output = run_suite(
        tmp_path,
        """
def test_skip(): pytest.skip('not today')
@pytest.mark.skip(reason='not today')
def test_marked(): pass
@pytest.mark.skipif(True, reason='not today')
def test_marked_if(): pass
def test_warning(): warnings.warn('old', stacklevel=1)
@pytest.mark.xfail(reason='a gap')
def test_gap(): assert False
@pytest.mark.xfail(reason='a gap that was closed')
def test_closed(): pass
def test_settings(): assert 'CLOSEKNIT_STORE' not in os.environ
""",
        CLOSEKNIT_STORE="sqlite:///mine.db",
    )
    assert code == 1
    assert output.count("Skipped tests are not allowed here") >= 3
    assert "3 failed, 1 passed, 1 xfailed, 2 errors" in output.splitlines()[-1]
    assert "XPASS(strict)" in output


def test_a_module_that_skips_itself_is_an_error(tmp_path: Path) -> None:
    code, output = run_suite(tmp_path, "pytest.importorskip('no_such_module')")
    assert code != 0
    assert "Skipped tests are not allowed here" in output
    assert "1 error" in output.splitlines()[-1]


def test_missing_data_is_said_aloud(tmp_path: Path) -> None:
    tests = "@pytest.mark.data\ndef test_it(data_dir): pass\ndef test_other(): pass\n"
    missing = str(tmp_path / "nowhere")
    code, output = run_suite(tmp_path, tests, CLOSEKNIT_DATA=missing)
    assert code == 0
    assert "WARNING: labelled data missing" in output
    assert "1 passed, 1 deselected" in output.splitlines()[-1]
    code, output = run_suite(tmp_path, tests, CLOSEKNIT_DATA=str(tmp_path))
    assert "2 passed" in output.splitlines()[-1]


def test_no_test_sleeps_or_bounds_its_waiting_by_a_figure_of_its_own() -> None:
    """``tests.support.patience`` waits: until something holds, however slowly."""
    folders = ("unit", "contract", "property", "integration", "e2e")
    found = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder in folders
        for path in (ROOT / "tests" / folder).rglob("*.py")
        if str(path.relative_to(ROOT)) not in STRIKES
        for line in path.read_text("utf-8").splitlines()
        if WAITS.search(line)
    }
    assert found == set()
