"""Looking parties up: ``find`` and ``show``."""

from typing import Annotated

import typer

from api import attributes, cards, lists, lookup, settings
from api.cli import card
from api.cli.output import JsonOption, StoreOption, opened, print_json, say_table, tell
from intelligence.jobs.deciding import events


def find(
    text: Annotated[
        str,
        typer.Argument(help="A name or its beginnings, a phone, an e-mail, an id."),
    ],
    store: StoreOption = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most.")] = 20,
    json: JsonOption = False,
) -> None:
    """Find parties by name in any script (Артем finds Artem), phone, e-mail or id."""
    region = settings.load().ingest.region
    with opened(store, read_only=True) as graph:
        found = lookup.find_parties(graph, text, region=region, limit=limit)
        resolved = found.parties or graph.counts().nodes.get("Party")
    if json:
        print_json(found.model_dump(mode="json"))
        return
    if not resolved:
        tell("nobody is known yet: run `closeknit resolve` after `closeknit ingest`")
    elif not found.parties:
        tell("nobody found")
    else:
        say_table(
            ("id", "kind", "by", "name"),
            [(p.id, p.kind, p.matched, p.name) for p in found.parties],
        )
    if len(found.parties) == limit:
        tell(f"the first {limit}; --limit gives more", "dim")


def show(
    party: Annotated[str, typer.Argument(help="Id of a party, current or old.")],
    sources: Annotated[
        bool, typer.Option("--sources", help="Every value and who said it.")
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(help="With --sources, true then: 2025-03-01 or with a time."),
    ] = None,
    known_at: Annotated[
        str | None, typer.Option(help="With --sources, known then; likewise.")
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Show all that is known of a party, and what links it with others."""
    if sources or as_of or known_at:
        _sources(party, (as_of, known_at), store, json=json)
        return
    with opened(store, read_only=True) as graph:
        found = cards.card(graph, party)
        links = lists.links(graph, party).links
    if json:
        document = found.model_dump(mode="json")
        document["links"] = [link.model_dump(mode="json") for link in links]
        print_json(document)
    else:
        card.write(found, links)


def _sources(
    party: str, times: tuple[str | None, str | None], store: str | None, *, json: bool
) -> None:
    as_of, known_at = (attributes.microseconds(t) if t else None for t in times)
    rules = settings.load().golden
    with opened(store, read_only=True) as graph:
        found = attributes.attributes(
            graph, party, rules, as_of=as_of, known_at=known_at
        )
    if json:
        print_json(found.model_dump(mode="json"))
    else:
        card.write_attributes(found)


def changes(
    since: Annotated[
        int, typer.Option(min=0, help="After this transaction; `stats` has the last.")
    ] = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """List merges and splits of parties."""
    with opened(store, read_only=True) as graph:
        found = events.events(graph, since)
    if json:
        print_json(found)
    elif found.events:
        say_table(
            ("seq", "what", "records", "from", "to"),
            [
                (str(e.seq), e.kind, str(e.records), e.source, e.target)
                for e in found.events
            ],
        )
    else:
        tell("no party was merged or split")
