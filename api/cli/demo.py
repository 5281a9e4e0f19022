"""``demo``: a town's raw feeds become a scored graph that answers questions."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api import settings
from api.cli.output import (
    JsonOption,
    Meter,
    StoreOption,
    print_json,
    stderr,
    stdout,
)
from api.highlights import Group, Highlights, highlights
from graph.connect import connect
from graph.store import GraphStore

FOLDER = Path("closeknit-demo")


def demo(
    store: StoreOption = None,
    people: Annotated[int, typer.Option(min=100, max=1_000_000)] = 2000,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the API at the end.")
    ] = True,
    json: JsonOption = False,
) -> None:
    """Write a town, ingest it, resolve, score, show what was found, and serve it."""
    FOLDER.mkdir(exist_ok=True)
    url = store or f"sqlite:///{FOLDER / 'town.db'}"
    with connect(url) as graph:
        _build(graph, people)
        found = highlights(graph)
        if json:
            print_json(found.model_dump(mode="json"))
        else:
            _print(stdout(), found, url)
        if serve:
            from api.http import serve as http

            configured = settings.load().serve
            http.check_address(configured.host, configured.port)
            stderr().print(
                f"http://{configured.host}:{configured.port}/docs  (Ctrl-C ends it)"
            )
            http.serve(graph, configured.host, configured.port)


def _build(graph: GraphStore, people: int) -> None:
    from ingest.pipeline import ingest
    from ingest.town import build
    from intelligence.jobs import resolve, score

    town = FOLDER / f"town-{people}"
    with Meter() as meter:
        build(people, 7, town, progress=meter)
        ingest([town / "feeds"], graph, progress=meter)
        resolve(graph, progress=meter)
        score(graph, progress=meter)


def _print(console: Console, found: Highlights, url: str) -> None:
    console.print("\nWho moves other people", style="bold")
    for person in found.influencers:
        why = ", ".join(str(r.get("text", "")) for r in person.score.reasons)
        console.print(
            f"  {person.rank}. {person.party.name}  {person.score.value:.4f}  {why}",
            markup=False,
        )
        console.print(f"     {person.party.id}", style="dim")
    _group(console, "A household", found.household)
    _group(console, "An employer", found.employer)
    _group(console, "Secretly linked", found.linked)
    if visitor := found.unconverted:
        console.print("\nCame, and did not buy", style="bold")
        reason = visitor.finding.reason or "no reason that shows"
        console.print(f"  {visitor.party.name}: {reason}", markup=False)
        for shown in visitor.finding.evidence[:2]:
            if words := shown.get("text"):
                console.print(f"     “{words}”", markup=False)
        console.print(f"     {visitor.party.id}", style="dim")
    _next(console, found, url)


def _group(console: Console, title: str, group: Group | None) -> None:
    if group is None:
        return
    console.print(f"\n{title}: {group.name}", style="bold", markup=False)
    for shown in group.evidence[:2]:
        console.print(f"  shares {shown.get('kind')} {shown.get('value')}")
    for member in group.members[:6]:
        console.print(f"  {member.name}  [dim]{member.id}[/dim]")


def _next(console: Console, found: Highlights, url: str) -> None:
    if not found.influencers:
        return
    first = found.influencers[0].party
    word = first.name.split()[0]
    console.print("\nNext", style="bold")
    for command in (
        f"closeknit show {first.id} --store {url}",
        f"closeknit find {word} --store {url}",
        f"closeknit serve --store {url}",
    ):
        console.print(f"  .venv/bin/{command}", markup=False)
