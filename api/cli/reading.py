"""Looking parties up: ``find`` and ``show``."""

from typing import Annotated

import typer

from api import cards, lists, lookup, settings
from api.cli import card
from api.cli.output import JsonOption, StoreOption, opened, print_json, say_table, tell


def find(
    text: Annotated[
        str,
        typer.Argument(help="A name or its beginnings, a phone, an e-mail, an id."),
    ],
    store: StoreOption = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
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
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Show all that is known of a party, and what links it with others."""
    with opened(store, read_only=True) as graph:
        found = cards.card(graph, party)
        links = lists.links(graph, party).links
    if json:
        document = found.model_dump(mode="json")
        document["links"] = [link.model_dump(mode="json") for link in links]
        print_json(document)
    else:
        card.write(found, links)
