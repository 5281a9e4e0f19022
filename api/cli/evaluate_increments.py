"""``eval increments``: what increments lose against full runs."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from api import settings
from api.cli.meter import Meter
from api.cli.options import ClustersOption, MapOption, TableOption
from api.cli.output import JsonOption, print_json, say, say_table
from api.increment_trial import Labelled, OneByOne, Trial, tried
from api.labels import load_clusters
from ingest.tables.mapping import load_mapping
from intelligence.evaluate.agreement import Agreement
from intelligence.evaluate.clusters import ClusterQuality


def increments(  # noqa: PLR0913, PLR0917 - what a reader may choose
    table: TableOption,
    mapping: MapOption,
    clusters: ClustersOption,
    orders: Annotated[
        int, typer.Option(min=1, help="Orders of arrival, seeds 1, 2 and so on.")
    ] = 3,
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
    """
    labelled = Labelled(
        table, load_mapping(mapping), load_clusters(clusters), settings.load().ingest
    )
    trials: list[Trial] = []
    by_one: OneByOne | None = None
    with Meter() as meter:
        for seed in range(1, orders + 1):
            with tempfile.TemporaryDirectory(prefix="closeknit-") as folder:
                trial, single = tried(
                    labelled,
                    Path(folder),
                    seed=seed,
                    parts=parts,
                    alone=alone if seed == 1 else 0,
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
    say_table(
        ("order", "increments", "same_model", "own_model", "agree", "agree_own"),
        [
            (
                f"{one.seed}",
                *(f"{figure:.5f}" for figure in _f1(one)),
                f"{one.agreement.same:.4f}",
                f"{one.own_agreement.same:.4f}",
            )
            for one in trials
        ],
    )
    if by_one:
        at_once, later = by_one.agreement, by_one.settled
        say(
            f"{at_once.records} one at a time: {at_once.same:.4f} agree, "
            f"{at_once.within:.4f} joined a part of it, after the next increment "
            f"{later.same:.4f} agree; {by_one.unsettled} answers were unsettled"
        )


def _f1(one: Trial) -> tuple[float, float, float]:
    every = one.increments, one.same_model, one.own_model
    first, second, third = (quality.pairwise.f1 for quality in every)
    return first, second, third


def _document(one: Trial) -> dict[str, object]:
    increments, same, own = _f1(one)
    return {
        "seed": one.seed,
        "records": one.records,
        "increments": _quality(one.increments),
        "full_run_same_model": _quality(one.same_model),
        "full_run_own_model": _quality(one.own_model),
        "lost_to_same_model": same - increments,
        "lost_to_own_model": own - increments,
        "agreement": _agreement(one.agreement),
        "agreement_own_model": _agreement(one.own_agreement),
        "due": one.due,
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
