"""The demo as a process: what it prints; run again, interrupted, elsewhere."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from api.http.serve import listening

CLOSEKNIT = str(Path(sys.executable).parent / "closeknit")
DEMO = [CLOSEKNIT, "demo", "--people", "80"]
STORE = "sqlite:///closeknit-demo/town-80.db"
STAGES = ("town", "ingest", "resolve", "score")


def run(folder: Path, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder."""
    done = subprocess.run(
        words, cwd=folder, check=False, capture_output=True, text=True
    )
    assert done.returncode == code, done.stderr
    return done


def stop_after(folder: Path, stage: str, number: int) -> int:
    """Start a demo and send it a signal as soon as it has told of a stage."""
    demo = subprocess.Popen(
        [*DEMO, "--no-serve"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert demo.stderr
    for line in demo.stderr:
        if line.startswith(stage):
            demo.send_signal(number)
            break
    rest = demo.stderr.read()
    demo.stderr.close()
    assert "Traceback" not in rest
    return demo.wait()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A folder in which a demo ran to its end; what it printed; its hashes."""
    folder = tmp_path_factory.mktemp("demo")
    done = run(folder, *DEMO, "--no-serve")
    told = [line.split()[0] for line in done.stderr.splitlines()]
    assert [stage for stage in told if stage in STAGES] == list(STAGES)
    hashes = run(folder, CLOSEKNIT, "hash", "--store", STORE)
    return folder, done.stdout, hashes.stdout


def test_it_prints_every_kind_of_finding(finished: tuple[Path, str, str]) -> None:
    folder, printed, _ = finished
    for title in (
        "Who moves other people",
        "Who lives together",
        "Who works together",
        "Who is secretly linked",
        "Who came and did not buy",
        "Next",
    ):
        assert f"\n{title}\n" in f"\n{printed}"
    for party in re.findall(r"^ .*\b([0-9a-f]{32})$", printed, re.MULTILINE)[:5]:
        run(folder, CLOSEKNIT, "show", party, "--store", STORE)


def test_the_next_commands_work_when_pasted(finished: tuple[Path, str, str]) -> None:
    folder, printed, _ = finished
    following = printed.split("\nNext\n")[1].splitlines()
    commands = [line.strip() for line in following if not line.startswith("  #")]
    assert len(commands) == 3
    for command in commands:
        if " serve " in command:
            continue  # a server answers in tests/e2e/test_server.py
        assert run(folder, "bash", "-c", command).stdout


def test_a_second_run_adds_nothing_and_says_the_same(
    finished: tuple[Path, str, str],
) -> None:
    folder, printed, hashes = finished
    again = run(folder, *DEMO, "--no-serve")
    assert again.stdout == printed
    assert ", 0 accepted, 0 rejected, " in again.stderr
    assert again.stderr.count("nothing has changed") == 2
    assert run(folder, CLOSEKNIT, "hash", "--store", STORE).stdout == hashes


@pytest.mark.parametrize(
    ("stage", "number", "code"),
    [
        ("town", signal.SIGKILL, -signal.SIGKILL),
        ("ingest", signal.SIGINT, 130),
    ],
)
def test_an_interrupted_demo_goes_on(
    finished: tuple[Path, str, str],
    tmp_path: Path,
    stage: str,
    number: int,
    code: int,
) -> None:
    assert stop_after(tmp_path, stage, number) == code
    assert run(tmp_path, *DEMO, "--no-serve").stdout == finished[1]
    assert run(tmp_path, CLOSEKNIT, "hash", "--store", STORE).stdout == finished[2]


def test_the_store_may_be_elsewhere_and_the_findings_json(
    finished: tuple[Path, str, str], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/else where.db"
    done = run(tmp_path, *DEMO, "--no-serve", "--store", url, "--json")
    found = json.loads(done.stdout)
    assert len(found["influencers"]) == 5
    assert found["influencers"][0]["party"]["id"] in finished[1]
    assert (tmp_path / "else where.db").exists()


def test_a_taken_port_is_said_before_the_work(tmp_path: Path) -> None:
    with listening("127.0.0.1", 0) as bound:
        port = bound.getsockname()[1]
        (tmp_path / "closeknit.toml").write_text(f"[serve]\nport = {port}\n")
        done = run(tmp_path, *DEMO, code=2)
    assert f"port {port}" in done.stderr
    assert not (tmp_path / "closeknit-demo").exists()
