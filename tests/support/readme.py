"""A shell for the README's examples: what a reader types, in a folder of their own."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

from graph.closing import Closing
from tests.support.data import ROOT
from tests.support.patience import PATIENCE, until

FETCH = f"{sys.executable} {ROOT / 'tests' / 'support' / 'fetch.py'}"
ADDRESS = "127.0.0.1:8000"  # what the README names; a free port stands in for it

# Commands that cannot run inside a test: the reason, and what stands in for them.
# None: nothing; another test or the way the suite is started covers them.
INSTEAD: tuple[tuple[str, str | None], ...] = (
    (r"git clone .*", None),  # there is no network; this checkout is the clone
    (r"cd closeknit", None),  # goes with it
    (r"make (setup|test|lint|bench).*", None),  # the suite itself stands on these
    (r"make demo( SERVE=0)?", "closeknit demo --no-serve"),  # the same without waiting
    (r"curl ((?s:.*))", rf"{FETCH} \1"),  # needs no program that a machine may lack
)
SERVER = re.compile(r"closeknit serve\b.*")


class Shell(Closing):
    """Runs commands in one folder, the project's programs first on the path.

    A server (`closeknit serve`) is started in the background on a free port, to which
    later commands are sent too, and is stopped at the end.
    """

    def __init__(self, folder: Path) -> None:
        """Commands run in `folder`."""
        self.folder = folder
        self.port = free_port()
        self.servers: list[subprocess.Popen[bytes]] = []
        programs = str(Path(sys.executable).parent)
        self.environment = {
            **os.environ,
            "PATH": programs + os.pathsep + os.environ["PATH"],
            "COLUMNS": "100",
            "NO_COLOR": "1",
        }

    def close(self) -> None:
        """Stop the servers."""
        for server in self.servers:
            server.terminate()
            server.wait(PATIENCE)

    def run(self, command: str) -> str | None:
        """Run a command and return what it printed; None if nothing was run.

        Raises:
            AssertionError: the command failed; the message holds its output.
        """
        command = command.replace(ADDRESS, f"127.0.0.1:{self.port}")
        for known, instead in INSTEAD:
            if re.fullmatch(known, command):
                if instead is None:
                    return None
                command = re.sub(known, lambda m, i=instead: m.expand(i), command)
        if SERVER.fullmatch(command):
            self.serve(command)
            return None
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=self.folder,
            env=self.environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, f"{command}\nended with {done.stdout}"
        return done.stdout

    def serve(self, command: str) -> None:
        """Start a server and wait until it answers."""
        command = f"exec {command} --port {self.port}"
        server = subprocess.Popen(
            ["bash", "-c", command], cwd=self.folder, env=self.environment
        )
        self.servers.append(server)

        def answers() -> bool:
            assert server.poll() is None, f"{command}: ended at once"
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0

        until(answers, command)


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
