"""`make eval-increments`: increments against full runs on labelled sets, as JSON.

    make eval-increments                       ua, pseudopeople, a town of 5,000 people
    make eval-increments ARGS='ua_people_dev --orders 5'
    make eval-increments ARGS='town:0.35:102'  a town: noise, seed
    make eval-increments ARGS='--order sources bridges'  orders that hurt

Each set goes through `closeknit eval increments` in a process of its own. Progress goes
to stderr.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.identity_sets import files
from tests.benchmarks.run import machine, tell
from tests.support.measure import run_measured
from tests.support.programs import CLOSEKNIT

SETS = ("ua_people_dev", "pseudopeople_dev", "town:0.2:101")
PEOPLE = 5_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, measure, print the document."""
    parser = argparse.ArgumentParser(prog="make eval-increments", description=__doc__)
    parser.add_argument("sets", nargs="*", default=list(SETS))
    parser.add_argument("--order", nargs="+", default=["random"])
    parser.add_argument("--orders", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", type=int, default=10)
    parser.add_argument("--alone", type=int, default=500)
    given = parser.parse_args(arguments)
    document: dict[str, object] = {"machine": machine()}
    for name in given.sets or SETS:
        with tempfile.TemporaryDirectory() as folder:
            where = files(name, Path(folder), PEOPLE)
            used = run_measured(
                [
                    *CLOSEKNIT,
                    *("eval", "increments", "--json", "--table", where.table),
                    *("--map", where.mapping, "--clusters", where.clusters),
                    *(part for one in given.order for part in ("--order", one)),
                    *("--orders", str(given.orders), "--seed", str(given.seed)),
                    *("--parts", str(given.parts), "--alone", str(given.alone)),
                ]
            )
        said: dict[str, object] = json.loads(used.stdout)
        said |= {"process_cpu_seconds": used.cpu_seconds, "peak_rss": used.peak_rss}
        document[name] = said
        tell(f"{name}: {json.dumps(said)}")
    json.dump(document, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
