"""Rules for the whole suite: no skips, the same run every time, data where it is."""

import os
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

from tests.support.data import find_data

LEFT_OUT = pytest.StashKey[int]()
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
Wrapper = Generator[None, Report, Report]

# The same examples on every run; a slow machine is not a failing test.
settings.register_profile("closeknit", derandomize=True, deadline=None)
settings.load_profile("closeknit")


def pytest_configure(config: pytest.Config) -> None:
    """Keep a developer's own settings out of the tests."""
    config.stash[LEFT_OUT] = 0
    for name in [name for name in os.environ if name.startswith("CLOSEKNIT_")]:
        if name != "CLOSEKNIT_DATA":
            del os.environ[name]
    os.environ["CLOSEKNIT_PROGRESS"] = "0"  # lines that only a slow machine shows


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what reads the labelled sets where these are not."""
    if find_data() is not None:
        return
    left_out = [item for item in items if item.get_closest_marker("data")]
    if left_out:
        config.stash[LEFT_OUT] = len(left_out)
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say loudly what was left out."""
    if count := config.stash[LEFT_OUT]:
        terminalreporter.section("WARNING: labelled data missing", yellow=True)
        terminalreporter.write_line(
            f"Deselected: {count} that read labelled data, from the folder "
            "that CLOSEKNIT_DATA names, or else ../shared/data beside this checkout."
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[
    None, pytest.TestReport, pytest.TestReport
]:
    """Turn a skip into a failure: a test runs, or it is not there."""
    return _no_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Wrapper[pytest.CollectReport]:
    """The same for a module that skips itself as a whole."""
    return _no_skip((yield))


def _no_skip(report: Report) -> Report:
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped tests are not allowed here: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of labelled sets; for tests marked `data` only."""
    folder = find_data()
    assert folder is not None, "a test that reads labelled data needs the mark 'data'"
    return folder
