"""``eval``: how good conclusions are, measured against a user's own labels."""

import resource
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from api import settings
from api.cli.meter import Meter
from api.cli.options import ClustersOption, MapOption, TableOption
from api.cli.output import JsonOption, StoreOption, opened, print_json, say, say_table
from api.labels import load_households, load_truth
from api.tables import load_table
from graph.errors import BadSettings
from intelligence.evaluate.identity import Outcome, evaluate, medians
from intelligence.evaluate.thresholds import FOLDS
from intelligence.identity.engine import INGREDIENTS

app = typer.Typer(
    name="eval",
    help="Measure conclusions against labels.",
    no_args_is_help=True,
)


@app.callback()
def evaluation() -> None:
    """Measure conclusions against labels."""


@app.command()
def identity(  # noqa: PLR0913, PLR0917 - what a reader may choose
    table: TableOption,
    mapping: MapOption,
    clusters: ClustersOption,
    shuffles: Annotated[
        int, typer.Option(min=0, help="Runs with shuffled rows; the median counts.")
    ] = 5,
    ablate: Annotated[
        str, typer.Option(metavar="NAMES", help="Ingredients to leave out, by commas.")
    ] = "",
    households: Annotated[
        Path | None,
        typer.Option("--households", help="CSV of record_id, household_id."),
    ] = None,
    within: Annotated[
        str, typer.Option(help="Columns within which a household holds.")
    ] = "source",
    no_household: Annotated[
        str, typer.Option(metavar="PATTERNS", help="Ids that are none, such as gq*.")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Resolve a labelled table and compare with the truth."""
    without = _names(ablate)
    if unknown := set(without) - set(INGREDIENTS):
        message = (
            f"--ablate: there is no {', '.join(sorted(unknown))}; "
            f"there are {', '.join(INGREDIENTS)}"
        )
        raise BadSettings(message)
    begin = time.process_time()
    with Meter() as meter:
        loaded = load_table(table, mapping, settings.load().ingest, meter)
        read = time.process_time() - begin
        home = None
        if households is not None:
            home = load_households(
                loaded, table, households, _names(within), _names(no_household)
            )
        truth = load_truth(loaded, clusters, home)
        outcomes = evaluate(
            loaded.table, truth, shuffles=shuffles, without=without, progress=meter
        )
    document = _document(outcomes)
    document["records"] = len(loaded.table)
    document["read_cpu_seconds"] = read
    document["peak_bytes"] = _peak()
    document["without"] = without
    if json:
        print_json(document)
        return
    figures = medians(outcomes)
    say_table(
        ("measure", "median"),
        [(name, _shown(value)) for name, value in figures.items() if value is not None],
    )
    for note in outcomes[0].notes:
        say(note)


@app.command()
def names(
    pairs: Annotated[
        Path, typer.Option("--pairs", help="CSV of name1, name2, is_match.")
    ],
    json: JsonOption = False,
) -> None:
    """Tell pairs of names that match from others, by thresholds of other folds."""
    import numpy as np

    from api.labels import load_name_pairs
    from intelligence.evaluate.thresholds import cross_validated
    from intelligence.identity.names.likeness import name_scores

    known = load_name_pairs(pairs)
    score = np.array(name_scores(known.ones, known.others))
    parts = {
        "all": np.ones(len(score), dtype=np.bool_),
        "cyrillic": known.cyrillic,
    }
    found: dict[str, dict[str, float]] = {}
    for part, kept in parts.items():
        if known.match[kept].sum() >= FOLDS:
            one = cross_validated(score[kept], known.match[kept])
            found[part] = {
                "pairs": int(kept.sum()),
                "precision": one.precision,
                "recall": one.recall,
                "f1": one.f1,
            }
    if json:
        print_json(found)
        return
    rows = [(part, *map(_shown, figures.values())) for part, figures in found.items()]
    say_table(("names", "pairs", "precision", "recall", "f1"), rows)


@app.command()
def lookup(
    town: Annotated[
        Path, typer.Option("--town", help="Folder that `closeknit town` wrote.")
    ],
    fit: Annotated[
        bool, typer.Option("--fit", help="Find the figures anew, too.")
    ] = False,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Foretell each call of a town whose feeds were taken in, or those left out."""
    from dataclasses import asdict

    from api.town_calls import town_calls
    from intelligence.evaluate.calibration import calibration
    from intelligence.evaluate.calls import first_right, fitted, judged
    from intelligence.identity.callers import FITTED

    with opened(store, read_only=True) as graph:
        told, unheard = town_calls(town, graph)
    habits = fitted(told) if fit else FITTED
    found = calibration(*judged(told, habits))
    document = {
        "calls": len(told),
        "unheard": unheard,
        "calibration_error": found.error,
        "first_right": first_right(told, habits),
        "log_loss": found.log_loss,
        "bins": found.bins,
        "habits": asdict(habits),
    }
    if json:
        print_json(document)
        return
    right = first_right(told, habits)
    say(
        f"{len(told):,} {'unheard ' if unheard else ''}calls from known numbers, "
        f"ECE {found.error:.4f}, log loss {found.log_loss:.4f}, "
        f"the likeliest was right {right:.1%}"
    )
    for name, value in asdict(habits).items():
        say(f"  {name} {value:.3g}")


def _document(outcomes: list[Outcome]) -> dict[str, object]:
    runs = [medians([one]) for one in outcomes]
    first = outcomes[0]
    return {
        "median": medians(outcomes),
        "runs": runs,
        "calibration_bins": first.calibration and first.calibration.bins,
        "notes": first.notes,
    }


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _peak() -> int:
    """Most memory that this process held, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _shown(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.4f}"
