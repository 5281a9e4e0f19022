"""The real server process: started, asked, stopped."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from graph.connect import connect
from tests.support.patience import PATIENCE
from tests.support.village import PHONE, Village, fill

CLOSEKNIT = str(Path(sys.executable).parent / "closeknit")


class Server:
    """A server of a store, on a free port."""

    def __init__(self, url: str, folder: Path) -> None:
        self.process = subprocess.Popen(
            [CLOSEKNIT, "serve", "--port", "0", "--store", url],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr
        self.first = self.process.stderr.readline()
        found = re.match(r"(http://127\.0\.0\.1:\d+) ", self.first)
        assert found, self.first + self.process.stderr.read()
        self.address = found[1]

    def stop(self, number: int) -> tuple[int, str]:
        """End it; the exit code and all that it wrote but its first line."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out + err


@pytest.fixture
def village(tmp_path: Path) -> tuple[str, Village]:
    url = f"sqlite:///{tmp_path / 'village.db'}"
    with connect(url) as store:
        return url, fill(store)


@pytest.fixture
def server(village: tuple[str, Village], tmp_path: Path) -> Iterator[Server]:
    running = Server(village[0], tmp_path)
    yield running
    running.process.kill()
    running.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_it_is_stopped_and_logs_nobody(
    server: Server, village: tuple[str, Village], number: int
) -> None:
    ids = village[1]
    with httpx.Client(base_url=server.address, timeout=PATIENCE) as client:
        found = client.get(f"/v1/parties?q={quote(PHONE)}").json()["parties"]
        assert [one["id"] for one in found] == [ids.anna, ids.bohdan]
        assert client.get(f"/v1/parties/{ids.anna}").status_code == 200
        assert client.get("/v1/influencers?after=Koval").status_code == 400
        assert client.get("/Koval").status_code == 404
        assert client.get("/healthz", headers={"host": "evil.example"}).is_error
        assert "server" not in client.get("/healthz").headers
    code, said = server.stop(number)
    assert code == 0, said
    assert said == ""


def test_garbage_on_the_wire_is_not_logged(server: Server) -> None:
    host, port = server.address.removeprefix("http://").split(":")
    for garbage in (b"Koval Anna\r\n\r\n", b"GET /%zz" + b"\xff" * 99, b"\x16\x03\x01"):
        with socket.create_connection((host, int(port)), PATIENCE) as wire:
            wire.sendall(garbage + b"\r\n\r\n")
            wire.recv(1_000)
    assert httpx.get(f"{server.address}/healthz").status_code == 200
    code, said = server.stop(signal.SIGTERM)
    assert code == 0
    assert "Koval" not in said


def test_many_ask_at_once(server: Server, village: tuple[str, Village]) -> None:
    ids = village[1]
    paths = [f"/v1/parties/{ids.anna}", f"/v1/links/{ids.artem}", "/v1/influencers",
             "/v1/parties?q=koval", "/v1/visitors/unconverted", "/healthz"]  # fmt: skip

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=server.address, timeout=PATIENCE) as all_:
            return await asyncio.gather(*(all_.get(path) for path in paths * 30))

    answers = asyncio.run(ask())
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == len(paths)


def test_another_process_may_write_while_it_serves(
    server: Server, village: tuple[str, Village]
) -> None:
    before = httpx.get(f"{server.address}/healthz").json()["seq"]
    with connect(village[0], create=False) as store:
        store.erase([village[1].record], by="test", why="asked to")
    after = httpx.get(f"{server.address}/healthz").json()["seq"]
    assert after > before
    assert httpx.get(f"{server.address}/v1/parties?q=Anna").json()["parties"] == []


def test_a_reader_that_leaves_ends_a_command_quietly(
    village: tuple[str, Village], tmp_path: Path
) -> None:
    """As `closeknit … | head` does."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        for words in (["find", "Koval"], ["stats", "--json"], ["--version"]):
            done = subprocess.run(
                [CLOSEKNIT, *words],
                env={**os.environ, "CLOSEKNIT_STORE": village[0]},
                cwd=tmp_path,
                check=False,
                stdout=closed,
                stderr=subprocess.PIPE,
                text=True,
            )
            assert done.stderr == "", words


def test_as_a_module_and_in_an_old_locale(
    village: tuple[str, Village], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api", "show", village[1].artem],
        env={
            **os.environ,
            "CLOSEKNIT_STORE": village[0],
            "PYTHONIOENCODING": "ascii",
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        },
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "influence 1.5" in done.stdout
