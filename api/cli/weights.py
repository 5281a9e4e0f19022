"""The weights behind who is who: ``models`` and ``explain``."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from api import settings
from api.cli.meter import Meter
from api.cli.output import JsonOption, StoreOption, opened, print_json, say, say_table
from graph.bookkeeping import Model as Kept
from graph.ids import parse

app = typer.Typer(help="The weights by which evidence counts.", no_args_is_help=True)

ModelId = Annotated[str, typer.Argument(help="Id of a model.")]


@app.command(name="list")
def list_(store: StoreOption = None, json: JsonOption = False) -> None:
    """List the models that the store keeps, the latest first."""
    from intelligence.jobs.runs import models

    with opened(store, read_only=True) as graph:
        found = models.listed(graph)
    if json:
        print_json([_bare(one) for one in found])
        return
    if not found:
        say("no model yet: `closeknit resolve` learns one")
        return
    say_table(
        ("id", "active", "learned", "records"),
        [
            (
                one.id,
                "yes" if one.active else "",
                f"{datetime.fromtimestamp(one.created_at / 1e6, UTC):%Y-%m-%d %H:%M}",
                str(one.report.get("records", "")),
            )
            for one in found
        ],
    )


@app.command()
def show(model: ModelId, store: StoreOption = None, json: JsonOption = False) -> None:
    """Show the weights of a model: probabilities of each outcome in each class."""
    from intelligence.identity.weights.model import Model
    from intelligence.jobs.runs import models

    with opened(store, read_only=True) as graph:
        kept = models.named(graph, parse(model) or "")
    weights = Model.from_bytes(models.blob(kept))
    if json:
        document = _bare(kept)
        document["priors"] = list(weights.priors)
        document["weights"] = msgspec.to_builtins(weights.weights)
        print_json(document)
        return
    say(f"model {kept.id}{'  active' if kept.active else ''}", "bold")
    rows = [
        (one.comparison, level, *(f"{p:.3g}" for p in chances))
        for one in weights.weights
        for level, *chances in zip(
            one.levels, one.match, one.relative, one.stranger, strict=True
        )
    ]
    say_table(("comparison", "outcome", "one party", "relatives", "strangers"), rows)
    for note in weights.notes:
        say(note, "dim")


@app.command()
def activate(
    model: ModelId, store: StoreOption = None, json: JsonOption = False
) -> None:
    """Make a kept model the active one; `resolve --model active` weighs by it."""
    from intelligence.jobs.runs import models

    with opened(store) as graph:
        chosen = models.activate(graph, parse(model) or "")
    if json:
        print_json(_bare(chosen))
    else:
        say(f"model {chosen.id} is active")


def explain(
    left: Annotated[str, typer.Argument(help="A record or party: id or source:key.")],
    right: Annotated[
        str | None, typer.Argument(help="Another; without it, why a party is one.")
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Explain why records are, or are not, of one party, field by field."""
    from api import reviewing
    from api.cli.reasons import write
    from api.indexes import Lazily

    with opened(store, read_only=True) as graph, Meter():
        index = Lazily(graph, settings.store_url(store))
        found = reviewing.why(graph, left, right, index)
        if json:
            print_json(found)
        else:
            write(graph, found)


def _bare(kept: Kept) -> dict[str, object]:
    return {
        "id": kept.id,
        "active": kept.active,
        "created_at": kept.created_at,
        "report": kept.report,
        "bytes": len(kept.blob) * 3 // 4,
    }
