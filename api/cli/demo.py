"""``demo``: a town's raw feeds become a scored graph that answers questions."""

import shlex
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api import settings
from api.cli import findings
from api.cli.meter import Meter
from api.cli.output import JsonOption, StoreOption, print_json, say, tell
from api.cli.service import serve_store
from api.highlights import Highlights, highlights
from graph.connect import connect
from graph.store import GraphStore

FOLDER = Path("closeknit-demo")
SEED = 7


def demo(
    store: StoreOption = None,
    people: Annotated[
        int, typer.Option(min=50, max=1_000_000, help="How many live in the town.")
    ] = 2000,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the API at the end.")
    ] = True,
    json: JsonOption = False,
) -> None:
    """Write a town, ingest it, resolve, score, show what was found, and serve it.

    The town and, unless --store names another place, the store go to the folder
    closeknit-demo. An interrupted demo goes on when it is run again.
    """
    if serve:
        _check_address()
    FOLDER.mkdir(exist_ok=True)
    url = store or f"sqlite:///{FOLDER}/town-{people}.db"
    with connect(url) as graph:
        _build(graph, FOLDER / f"town-{people}", people)
        found = highlights(graph)
        if json:
            print_json(found.model_dump(mode="json"))
        else:
            say()
            findings.write(found, _commands(found, graph.url, serving=serve))
        if serve:
            configured = settings.load().serve
            say()
            serve_store(graph, configured.host, configured.port, url=url)


def _check_address() -> None:
    """Fail before the work rather than after it."""
    from api.http.serve import listening

    configured = settings.load().serve
    with listening(configured.host, configured.port):
        return


def _build(graph: GraphStore, town: Path, people: int) -> None:
    """The four steps; each of them does nothing that was done before."""
    from ingest.pipeline import ingest
    from ingest.town import build
    from intelligence.jobs.full.resolving import resolve
    from intelligence.jobs.full.scoring import score

    with _step("town") as (said, meter):
        built = build(people, SEED, town, progress=meter)
        lines = sum(built.lines.values())
        said.append(f"{people:,} people, {lines:,} lines in {len(built.lines)} feeds")
    with _step("ingest") as (said, meter):
        took = ingest([town / "feeds"], graph, progress=meter)
        counts = [
            f"{sum(getattr(feed, name) for feed in took):,} {name}"
            for name in ("read", "accepted", "rejected", "skipped")
        ]
        said.append(", ".join(counts))
    with _step("resolve") as (said, meter):
        said.append(resolve(graph, progress=meter).summary())
    with _step("score") as (said, meter):
        said.append(score(graph, progress=meter).summary())


@contextmanager
def _step(name: str) -> Generator[tuple[list[str], Meter], None, None]:
    """Show progress while a step runs, then what it said and how long it took."""
    said: list[str] = []
    begin = time.perf_counter()
    with Meter() as meter:
        yield said, meter
    seconds = time.perf_counter() - begin
    tell(f"{name:<8} {seconds:5.1f} s  {' '.join(said)}")


def _commands(
    found: Highlights, url: str, *, serving: bool
) -> Sequence[tuple[str, str]]:
    """What to try next: (what it does, how it is typed)."""
    if not found.influencers:
        return ()
    program, place = findings.program(), f"--store {shlex.quote(url)}"
    first = found.influencers[0].party
    name = shlex.quote(first.name)
    asked = found.linked.members[0].id if found.linked else first.id
    configured = settings.load().serve
    link = f"curl http://{configured.host}:{configured.port}/v1/links/{asked}"
    return (
        ("all that is known of one person", f"{program} show {first.id} {place}"),
        ("people by name, phone or e-mail", f"{program} find {name} {place}"),
        ("the same over HTTP, from another terminal", link)
        if serving
        else ("the same over HTTP", f"{program} serve {place}"),
    )
