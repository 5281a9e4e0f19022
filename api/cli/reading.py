"""Looking parties up: ``find`` and ``show``."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api import cards, lists, wire
from api.cli.output import JsonOption, StoreOption, opened, print_json, stdout

FEW = 8


def find(
    text: Annotated[str, typer.Argument(help="Beginnings of words of a name.")],
    store: StoreOption = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    json: JsonOption = False,
) -> None:
    """Find parties by name, in any script: Артем finds Artem and Артём."""
    with opened(store) as graph:
        found = lists.search_parties(graph, text, limit=limit)
    if json:
        print_json(found.model_dump(mode="json"))
        return
    table = Table("id", "kind", "name", box=None, pad_edge=False)
    for party in found.parties:
        table.add_row(party.id, party.kind, party.name)
    stdout().print(table if found.parties else "nobody of this name")


def show(
    party: Annotated[str, typer.Argument(help="Id of a party, current or old.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Show all that is known of a party."""
    with opened(store) as graph:
        card = cards.card(graph, party)
        links = lists.links(graph, party)
    if json:
        document = card.model_dump(mode="json")
        document["links"] = links.model_dump(mode="json")["links"]
        print_json(document)
        return
    _print_card(stdout(), card, links)


def _print_card(console: Console, card: wire.PartyCard, links: wire.Links) -> None:
    console.print(f"{card.name}  ({card.kind})", style="bold", markup=False)
    console.print(f"id {card.id}", style="dim")
    if card.merged_from:
        console.print(f"{card.merged_from} was merged into it")
    _section(console, "also", [n for n in card.names if n != card.name])
    _section(
        console,
        "identifiers",
        [f"{i.kind} {i.value}  ({i.records} records)" for i in card.identifiers],
    )
    _section(console, "records", [_record(record) for record in card.records])
    for household in card.households:
        members = [f"{m.name}  {m.id}" for m in household.members]
        _section(console, f"household: {household.address or household.name}", members)
    _section(
        console, "works for", [f"{e.party.name}  {e.party.id}" for e in card.employers]
    )
    _section(console, "ties", [_tie(tie) for tie in card.ties])
    _section(console, "scores", [_score(score) for score in card.scores])
    _section(console, "findings", [_finding(finding) for finding in card.findings])
    _section(
        console,
        "linked by shared identifiers",
        [f"{k.party.name}  {k.party.id}  {k.ring_name}" for k in links.links],
    )


def _section(console: Console, title: str, lines: list[str]) -> None:
    if not lines:
        return
    console.print(title, style="bold cyan", markup=False)
    for line in lines[:FEW]:
        console.print(f"  {line}", markup=False)
    if len(lines) > FEW:
        console.print(f"  … and {len(lines) - FEW} more (--json has all)", style="dim")


def _record(record: wire.RecordOut) -> str:
    certainty = "" if record.probability is None else f"  p={record.probability:.3f}"
    return f"{record.source} {record.key}{certainty}"


def _tie(tie: wire.TieOut) -> str:
    arrow = "→" if tie.outgoing else "←"
    strength = "" if tie.strength is None else f"  strength {tie.strength:.2f}"
    return f"{arrow} {tie.kind} {tie.party.name}  {tie.party.id}{strength}"


def _score(score: wire.ScoreOut) -> str:
    unit = f" {score.unit}" if score.unit else ""
    return f"{score.kind} {score.value:.4g}{unit}  ({score.method})"


def _finding(finding: wire.FindingOut) -> str:
    reason = f": {finding.reason}" if finding.reason else ""
    return f"{finding.kind} {finding.mood}{reason}  ({finding.method})"
