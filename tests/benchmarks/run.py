"""`make bench`: run the benchmarks and print one JSON document.

A benchmark is a module `bench_NAME.py` in this folder with a function `run()` that
yields rows made by `tests.support.measure.row`. How often it repeats, and that it
takes a median, is its own matter. Names given on the command line choose; without any
all run. Progress goes to stderr.
"""

import argparse
import importlib
import json
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent


SERVERS = ("neo4j", "kafka")


def names(folder: Path = HERE, *, servers: bool = False) -> list[str]:
    """The benchmarks that there are, in the order of the alphabet.

    Those that need a server have its name in front and are asked for apart.
    """
    found = (path.stem.removeprefix("bench_") for path in folder.glob("bench_*.py"))
    return sorted(name for name in found if name.startswith(SERVERS) == servers)


def measure(name: str, package: str = "tests.benchmarks") -> list[dict[str, object]]:
    """Run one benchmark, telling each figure as it comes."""
    rows: list[dict[str, object]] = []
    for one in importlib.import_module(f"{package}.bench_{name}").run():
        rows.append(one)
        tell(f"{name}: {json.dumps(one, ensure_ascii=False)}")
    return rows


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }


def tell(text: str) -> None:
    """Progress."""
    sys.stderr.write(f"bench: {text}\n")
    sys.stderr.flush()


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, run, print the document."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--servers", action="store_true", help="those of a server")
    parser.add_argument("name", nargs="*", help=f"such as: {', '.join(names())}")
    given = parser.parse_args(arguments)
    known = names(servers=given.servers)
    chosen: list[str] = given.name or known
    if unknown := set(chosen) - set(known):
        parser.error(f"no benchmark called {', '.join(sorted(unknown))}")
    document: dict[str, object] = {"machine": machine()}
    for name in chosen:
        tell(f"{name} …")
        document[name] = measure(name)
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
