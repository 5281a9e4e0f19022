"""``eval review``: what stewards' answers would bring."""

from typing import Annotated

import typer

from api import settings
from api.cli.meter import Meter
from api.cli.options import ClustersOption, MapOption, TableOption
from api.cli.output import JsonOption, print_json, say_table
from api.labels import load_truth
from api.tables import load_table
from intelligence.evaluate.review import Gain, gains


def review(
    table: TableOption,
    mapping: MapOption,
    clusters: ClustersOption,
    answers: Annotated[
        int, typer.Option(min=0, help="From the queue, and as many random ones.")
    ] = 200,
    seed: Annotated[int, typer.Option(help="Of the random ones.")] = 1,
    json: JsonOption = False,
) -> None:
    """Answer the queue's questions by the truth, and see what becomes of the parties.

    Beside them as many pairs in doubt that were drawn at random.
    """
    with Meter() as meter:
        loaded = load_table(table, mapping, settings.load().ingest, meter)
        truth = load_truth(loaded, clusters)
        found = gains(loaded.table, truth, most=answers, seed=seed, progress=meter)
    if json:
        print_json([_document(one) for one in found])
        return
    say_table(
        ("asked", "answers", "changed", "pair_f1", "precision", "recall"),
        [
            (
                one.way,
                f"{one.answers}",
                f"{one.changed}",
                *(f"{figure:.5f}" for figure in _figures(one)),
            )
            for one in found
        ],
    )


def _figures(one: Gain) -> tuple[float, float, float]:
    measure = one.quality.pairwise
    return measure.f1, measure.precision, measure.recall


def _document(one: Gain) -> dict[str, object]:
    f1, precision, recall = _figures(one)
    return {
        "asked": one.way,
        "answers": one.answers,
        "changed": one.changed,
        "pair_f1": f1,
        "pair_precision": precision,
        "pair_recall": recall,
    }
