"""The jars of a Neo4j Community server, fetched once into a cache outside the checkout.

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

POM = Path(__file__).with_name("pom.xml")


class MissingToolError(RuntimeError):
    """Java or Maven is not installed."""


def cache() -> Path:
    """The folder of everything that is kept: ``$XDG_CACHE_HOME/closeknit``."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "closeknit"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def jars() -> Path:
    """The folder of jars, fetched if it is not there yet."""
    mark = hashlib.sha256(POM.read_bytes()).hexdigest()[:12]
    folder = cache() / f"neo4j-{mark}"
    with _locked(cache() / "neo4j.lock"):
        if not folder.is_dir():
            _fetch(folder)
    return folder


def tool(name: str) -> str:
    """The path of a program.

    Raises:
        MissingToolError: it is not installed.
    """
    found = shutil.which(name)
    if found is None:
        message = f"{name} is missing; a Neo4j server needs a JDK 17 and Maven"
        raise MissingToolError(message)
    return found


def tell(text: str) -> None:
    """Progress, on stderr."""
    sys.stderr.write(f"neo4j: {text}\n")
    sys.stderr.flush()


def _fetch(folder: Path) -> None:
    tell(f"fetching the server's jars (about 120 MB) to {folder} …")
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    command = [tool("mvn"), "-q", "-B", "-f", str(POM), "dependency:copy-dependencies"]
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
