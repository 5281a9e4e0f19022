"""``eval increments``: what increments lose against full runs."""

import tempfile
from itertools import product
from pathlib import Path
from typing import Annotated

import typer

from api import settings
from api.arrival_orders import Coming, Order
from api.cli.meter import Meter
from api.cli.options import ClustersOption, MapOption, TableOption
from api.cli.output import JsonOption, print_json, say, say_table
from api.increment_trial import OneByOne, Trial, tried
from api.labels import Labelled, load_clusters
from ingest.tables.mapping import load_mapping
from intelligence.evaluate.agreement import Agreement
from intelligence.evaluate.clusters import ClusterQuality

_HEAD = (
    "order", "increments", "same_model", "own_model", "lost_same", "lost_own",
    "agree", "agree_own", "due_from",
)  # fmt: skip


def increments(  # noqa: PLR0913, PLR0917 - what a reader may choose
    table: TableOption,
    mapping: MapOption,
    clusters: ClustersOption,
    order: Annotated[
        list[Order] | None,
        typer.Option(help="What comes first; may be repeated. Without it: random."),
    ] = None,
    orders: Annotated[
        int, typer.Option(min=1, help="Seeds that each is tried by.")
    ] = 3,
    seed: Annotated[int, typer.Option(min=0, help="The first seed.")] = 1,
    parts: Annotated[
        int, typer.Option(min=1, help="Increments in which the second half comes.")
    ] = 10,
    alone: Annotated[
        int, typer.Option(min=0, help="Records resolved one at a time, besides.")
    ] = 500,
    json: JsonOption = False,
) -> None:
    """Resolve half of a labelled table and bring the rest in by increments.

    Shown beside what full runs say of the same records: one by the model that the
    increments used, one that learns anew. A record agrees when its party holds exactly
    the same other records both ways.

    Which half comes first: any (random); one source after another (sources), the oldest
    (time), by family names (namesakes) or addresses (neighbours); all records of some
    parties (newcomers), one record of each party (duplicates), records that say least
    (bridges).
    """
    labelled = Labelled(
        table, load_mapping(mapping), load_clusters(clusters), settings.load().ingest
    )
    trials: list[Trial] = []
    by_one: OneByOne | None = None
    asked = product(order or [Order.RANDOM], range(seed, seed + orders))
    with Meter() as meter:
        for number, (first, one) in enumerate(asked):
            with tempfile.TemporaryDirectory(prefix="closeknit-") as folder:
                trial, single = tried(
                    labelled,
                    Path(folder),
                    Coming(first, one),
                    parts=parts,
                    alone=0 if number else alone,
                    progress=meter,
                )
            trials.append(trial)
            by_one = by_one or single
    if json:
        print_json(
            {
                "orders": [_document(one) for one in trials],
                "one_by_one": by_one and _one_by_one(by_one),
            }
        )
        return
    say_table(_HEAD, [_line(one) for one in trials])
    if by_one:
        at_once, later = by_one.agreement, by_one.settled
        say(
            f"{at_once.records} one at a time: {at_once.same:.4f} agree, "
            f"{at_once.within:.4f} joined a part of it, after the next increment "
            f"{later.same:.4f} agree; {by_one.unsettled} answers were unsettled"
        )


def _line(one: Trial) -> tuple[str, ...]:
    due = one.due_from
    return (
        f"{one.coming.order} {one.coming.seed}",
        *(f"{figure:.5f}" for figure in _f1(one)),
        *(f"{figure:+.5f}" for figure in _lost(one)),
        f"{one.agreement.same:.4f}",
        f"{one.own_agreement.same:.4f}",
        "-" if due is None else f"{due + 1}",
    )


def _lost(one: Trial) -> tuple[float, float]:
    increments, same, own = _f1(one)
    return same - increments, own - increments


def _f1(one: Trial) -> tuple[float, float, float]:
    every = one.increments, one.same_model, one.own_model
    first, second, third = (quality.pairwise.f1 for quality in every)
    return first, second, third


def _document(one: Trial) -> dict[str, object]:
    same, own = _lost(one)
    due = one.due_from
    return {
        "order": one.coming.order,
        "seed": one.coming.seed,
        "records": one.records,
        "increments": _quality(one.increments),
        "full_run_same_model": _quality(one.same_model),
        "full_run_own_model": _quality(one.own_model),
        "lost_to_same_model": same,
        "lost_to_own_model": own,
        "agreement": _agreement(one.agreement),
        "agreement_own_model": _agreement(one.own_agreement),
        "due": one.dues[-1] if one.dues else None,
        "due_from": None
        if due is None
        else {"increment": due + 1, "by": one.dues[due]},
        "increment_cpu_seconds": one.increment_cpu_seconds,
        "full_run_cpu_seconds": one.full_cpu_seconds,
    }


def _quality(one: ClusterQuality) -> dict[str, float]:
    measure = one.pairwise
    return {
        "pair_f1": measure.f1,
        "pair_precision": measure.precision,
        "pair_recall": measure.recall,
    }


def _agreement(one: Agreement) -> dict[str, float]:
    return {
        "records": one.records,
        "same_party": one.same,
        "mostly_same_party": one.mostly,
        "within_same_party": one.within,
    }


def _one_by_one(one: OneByOne) -> dict[str, object]:
    return {
        "agreement": _agreement(one.agreement),
        "agreement_after_an_increment": _agreement(one.settled),
        "unsettled": one.unsettled,
    }
