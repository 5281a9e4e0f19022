"""The jars of servers for tests, fetched once into a cache outside the checkout.

Needs Java 17 or newer and Maven; Maven fetches from where it is set up to.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NEO4J = Path(__file__).with_name("pom.xml")
KAFKA = Path(__file__).with_name("kafka.pom.xml")
_KINDS = {NEO4J: ("neo4j", "about 120 MB"), KAFKA: ("kafka", "about 43 MB")}


class MissingToolError(RuntimeError):
    """Java or Maven is not installed."""


def cache() -> Path:
    """The folder of everything that is kept: ``$XDG_CACHE_HOME/closeknit``."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "closeknit"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def jars(pom: Path = NEO4J) -> Path:
    """The folder of a server's jars, fetched if it is not there yet."""
    name, size = _KINDS[pom]
    mark = hashlib.sha256(pom.read_bytes()).hexdigest()[:12]
    folder = cache() / f"{name}-{mark}"
    with _locked(cache() / f"{name}.lock"):
        if not folder.is_dir():
            tell(f"fetching the jars of {name} ({size}) to {folder} …")
            _fetch(pom, folder)
    return folder


def tool(name: str) -> str:
    """The path of a program.

    Raises:
        MissingToolError: it is not installed.
    """
    found = shutil.which(name)
    if found is None:
        message = f"{name} is missing; a server for tests needs a JDK 17 and Maven"
        raise MissingToolError(message)
    return found


def tell(text: str) -> None:
    """Progress, on stderr."""
    sys.stderr.write(f"servers: {text}\n")
    sys.stderr.flush()


def _fetch(pom: Path, folder: Path) -> None:
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    command = [tool("mvn"), "-q", "-B", "-f", str(pom), "dependency:copy-dependencies"]
    subprocess.run(
        [*command, "-DincludeScope=runtime", f"-DoutputDirectory={part}"],
        check=True,
        stdout=sys.stderr,
    )
    part.rename(folder)  # whole or not at all


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
