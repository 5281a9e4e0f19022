"""A Neo4j Community server of one's own: made, started, killed, started again."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import neo4j
from neo4j.exceptions import DriverError, Neo4jError

from tests.support.patience import PATIENCE
from tests.support.servers.artifacts import jars, tool

HOST = "127.0.0.1"
USER = "neo4j"
_STOP_SECONDS = 30.0

_CONF = """\
server.default_listen_address=127.0.0.1
server.default_advertised_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
server.memory.pagecache.size={pages}
db.tx_log.preallocate=false
"""
_OPENED = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")
_JAVA = (
    "-XX:+UseG1GC",
    "-XX:+UnlockExperimentalVMOptions",
    "-XX:+TrustFinalNonStaticFields",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
    "--enable-native-access=ALL-UNNAMED",
    *(f"--add-opens={package}=ALL-UNNAMED" for package in _OPENED),
)


@dataclass(frozen=True)
class Size:
    """Memory of a server, as Java and Neo4j write it."""

    heap: str = "1g"
    pages: str = "512m"


class ServerFailedError(RuntimeError):
    """The server did not come up; its log says why."""


class Server:
    """One server and its folder.

    Args:
        home: its folder; made and given a random password where it is new.
        port: of Bolt; a free one when None.
        size: its memory.
    """

    def __init__(
        self, home: Path, *, port: int | None = None, size: Size | None = None
    ) -> None:
        self.settings: list[str] = []
        """Further lines of its neo4j.conf, from the next start on."""
        self.home = home
        self.port = port or free_port()
        self._size = size or Size()
        self._process: subprocess.Popen[bytes] | None = None
        self._secret = home / "password"

    @property
    def password(self) -> str:
        """Of the one user there is."""
        return self._secret.read_text()

    @property
    def url(self) -> str:
        """With credentials, as ``--store`` takes it."""
        return f"neo4j://{USER}:{self.password}@{HOST}:{self.port}/neo4j"

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self._process is not None, "not started"
        return self._process.pid

    def cpu_seconds(self) -> float:
        """Processor seconds that it has used so far; needs Linux's /proc."""
        text = Path(f"/proc/{self.pid}/stat").read_text()
        fields = text.rpartition(")")[2].split()
        ticks = int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def start(self) -> "Server":
        """Start it and wait until it answers."""
        if not self._secret.exists():
            self._make()
        conf = self.home / "conf"
        text = _CONF.format(port=self.port, pages=self._size.pages)
        (conf / "neo4j.conf").write_text("\n".join([text, *self.settings]))
        heap = self._size.heap
        command = [tool("java"), f"-Xms{heap}", f"-Xmx{heap}", *_JAVA]
        command += ["-cp", f"{conf}/*:{jars()}/*"]
        command += ["org.neo4j.server.CommunityEntryPoint", f"--home-dir={self.home}"]
        command += [f"--config-dir={conf}", "--console-mode"]
        with (self.home / "console.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True
            )
        self._wait()
        return self

    def stop(self) -> None:
        """End it as an operator would, and wait."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would (-9), and wait."""
        self._end(signal.SIGKILL)

    def remove(self) -> None:
        """End it and delete its folder."""
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _make(self) -> None:
        (self.home / "conf").mkdir(parents=True, exist_ok=True)
        password = secrets.token_hex(16)
        admin = [tool("java"), "-cp", f"{jars()}/*", "org.neo4j.cli.AdminTool"]
        subprocess.run(
            [*admin, "dbms", "set-initial-password", password],
            check=True,
            capture_output=True,
            env=os.environ | {"NEO4J_HOME": str(self.home)},
        )
        self._secret.touch(mode=0o600)
        self._secret.write_text(password)

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not answers(self.url):
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                log = (self.home / "console.log").read_text()[-2_000:]
                raise ServerFailedError(f"{self.home}: {log}")
            time.sleep(0.1)


def answers(url: str) -> bool:
    """Whether a server answers at a URL with credentials."""
    login, _, place = url.partition("://")[2].rpartition("@")
    user, _, password = login.partition(":")
    address = place.partition("/")[0]
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5.0).close()
        with (
            neo4j.GraphDatabase.driver(
                f"bolt://{address}", auth=(user, password), connection_timeout=5.0
            ) as driver,
            driver.session(database="neo4j") as session,
        ):
            session.run("RETURN 1").consume()
    except (DriverError, Neo4jError, OSError):
        return False
    return True


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server((HOST, 0)) as listener:
        return listener.getsockname()[1]
