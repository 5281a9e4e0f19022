"""`make eval-identity`: every labelled set, ours beside Splink, as one JSON document.

    make eval-identity                        all sets and two towns, five shuffles
    make eval-identity ARGS='fake_1000 febrl1 --shuffles 1 --no-peer'
    make eval-identity ARGS='town:0.35:4711'  a town of 20,000 people: noise, seed
    make eval-identity ARGS='--ablation --no-peer'  F1 without each ingredient, too

Splink gets our canonical columns (`tests.support.splink_peer`) and is shown at .95 and
at the threshold that the labels like best. Progress goes to stderr.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from api.labels import load_truth
from api.tables import LoadedTable, load_table
from ingest.town import build_table
from intelligence.evaluate.clusters import ClusterQuality, compare
from intelligence.evaluate.identity import Truth, orders
from intelligence.identity.clustering.components import Pairs, connected
from intelligence.identity.engine import INGREDIENTS, Settings, resolve
from tests.benchmarks.run import machine, tell
from tests.support.data import find_data
from tests.support.measure import run_measured
from tests.support.programs import CLOSEKNIT, SPLINK

MAPS = Path(__file__).resolve().parents[1] / "support" / "maps"
SETS = (
    "febrl1", "febrl2", "febrl3", "fake_1000", "rldata500", "senzing_truth",
    "dedupe_orgs", "ua_people_dev", "historical_50k", "pseudopeople_dev",
    "town:0.2:101", "town:0.35:102",
)  # fmt: skip
TOWN_PEOPLE = 20_000
HOUSEHOLDS = {
    "pseudopeople_dev": ("--within", "source,year", "--no-household", "gq*"),
}
_ODDS = np.linspace(-6, 24, 61)


@dataclass(frozen=True)
class Files:
    """Where a set is."""

    table: Path
    mapping: Path
    clusters: Path
    more: tuple[str, ...] = ()


def files(name: str, folder: Path, people: int = TOWN_PEOPLE) -> Files:
    """The files of a set; a town is written into the folder."""
    if name.startswith("town:"):
        _, noise, seed = name.split(":")
        build_table(people, int(seed), folder, float(noise))
        return Files(
            folder / "records.csv.gz", folder / "map.toml", folder / "clusters.csv.gz"
        )
    data = find_data()
    if data is None:
        message = "the labelled sets are missing: set CLOSEKNIT_DATA"
        raise SystemExit(message)
    more: tuple[str, ...] = ()
    if name in HOUSEHOLDS:
        homes = str(data / name / "households.csv.gz")
        more = ("--households", homes, *HOUSEHOLDS[name])
    return Files(
        data / name / "records.csv.gz",
        MAPS / f"{name}.toml",
        data / name / "clusters.csv.gz",
        more,
    )


def ours(where: Files, shuffles: int, ablate: str) -> dict[str, object]:
    """What `closeknit eval identity` says, in a process of its own."""
    command = [
        *CLOSEKNIT,
        *("eval", "identity", "--json"),
        *("--table", where.table, "--map", where.mapping),
        *("--clusters", where.clusters, "--shuffles", str(shuffles)),
        *("--ablate", ablate, *where.more),
    ]
    used = run_measured(command)
    said: dict[str, object] = json.loads(used.stdout)
    said.pop("runs")
    return said | {"process_cpu_seconds": used.cpu_seconds, "peak_rss": used.peak_rss}


def ablation(where: Files) -> dict[str, float]:
    """F1 over pairs without each ingredient, of one shuffle; "" is with all."""
    loaded = load_table(where.table, where.mapping)
    truth = load_truth(loaded, where.clusters)
    (order,) = orders(len(loaded.table), 1, 1)
    table, truth = loaded.table.taken(order), truth.taken(order)
    found: dict[str, float] = {}
    for without in ("", *INGREDIENTS):
        settings = Settings(without=frozenset({without} - {""}))
        cluster = resolve(table, settings=settings).cluster
        found[without] = _quality(cluster, truth).pairwise.f1
        tell(f"{where.table.parent.name} without {without}: {found[without]:.4f}")
    return found


def names() -> dict[str, object]:
    """What `closeknit eval names` says of the labelled pairs of names."""
    data = find_data()
    if data is None:
        return {}
    pairs = data / "opensanctions_namebench" / "pairs.csv.gz"
    used = run_measured([*CLOSEKNIT, "eval", "names", "--json", "--pairs", pairs])
    said: dict[str, object] = json.loads(used.stdout)
    return said


def splink(where: Files) -> dict[str, object]:
    """Splink's clusters at .95 and at the labels' best threshold."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "pairs.npz"
        used = run_measured([*SPLINK, where.table, where.mapping, out])
        found = dict(np.load(out))
    loaded = load_table(where.table, where.mapping)
    truth = load_truth(loaded, where.clusters)
    fixed = _quality(found["cluster"], truth)
    best, at = _best(loaded, truth, found)
    return {
        "at_95": _figures(fixed),
        "best": _figures(best) | {"log_odds": at},
        "pairs": len(found["left"]),
        "process_cpu_seconds": used.cpu_seconds,
        "peak_rss": used.peak_rss,
    }


def _best(
    loaded: LoadedTable, truth: Truth, found: dict[str, np.ndarray]
) -> tuple[ClusterQuality, float]:
    said = np.clip(found["probability"], 1e-12, 1 - 1e-15)
    odds = np.log(said) - np.log1p(-said)
    tried: list[tuple[ClusterQuality, float]] = []
    for at in _ODDS.tolist():
        kept = odds >= at
        links = Pairs(
            found["left"][kept].astype(np.int64), found["right"][kept].astype(np.int64)
        )
        cluster = connected(len(loaded.table), links)
        tried.append((_quality(cluster, truth), at))
    return max(tried, key=lambda one: one[0].pairwise.f1)


def _quality(cluster: np.ndarray, truth: Truth) -> ClusterQuality:
    return compare(cluster[truth.labelled], truth.person[truth.labelled])


def _figures(found: ClusterQuality) -> dict[str, float]:
    return {
        "pair_f1": found.pairwise.f1,
        "pair_precision": found.pairwise.precision,
        "pair_recall": found.pairwise.recall,
        "b3_f1": found.b_cubed.f1,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, measure, print the document."""
    parser = argparse.ArgumentParser(prog="make eval-identity", description=__doc__)
    parser.add_argument("sets", nargs="*", default=list(SETS))
    parser.add_argument("--shuffles", type=int, default=5)
    parser.add_argument("--ablate", default="", help="ingredients to leave out")
    parser.add_argument("--ablation", action="store_true", help="without each one")
    parser.add_argument("--no-peer", action="store_true", help="without Splink")
    given = parser.parse_args(arguments)
    document: dict[str, object] = {"machine": machine()}
    for name in given.sets or SETS:
        with tempfile.TemporaryDirectory() as folder:
            where = files(name, Path(folder))
            said: dict[str, object] = {
                "ours": ours(where, given.shuffles, given.ablate)
            }
            tell(f"{name}: {json.dumps(said['ours'])}")
            if given.ablation:
                said["ablation"] = ablation(where)
            if not given.no_peer:
                try:
                    said["splink"] = splink(where)
                except subprocess.CalledProcessError as error:
                    said["splink"] = {"failed": error.returncode}
                tell(f"{name}: splink {json.dumps(said['splink'])}")
        document[name] = said
    if not given.sets or list(given.sets) == list(SETS):
        document["opensanctions_namebench"] = names()
    json.dump(document, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
