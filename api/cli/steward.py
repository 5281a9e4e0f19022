"""Stewards: ``decide``, ``merge``, ``split``, and the list of decisions."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api import settings, stewards
from api.cli.output import JsonOption, StoreOption, opened, print_json, say, say_table
from graph.errors import BadQuery
from intelligence.jobs.deciding.ledger import Decided

WhyOption = Annotated[str, typer.Option("--why", help="The reason, in a sentence.")]
ByOption = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="NAME",
        help="Who decides; else decisions.by of closeknit.toml, else who is logged in.",
    ),
]

decisions = typer.Typer(
    name="decisions", help="What people decided.", no_args_is_help=True
)


def decide(  # noqa: PLR0913, PLR0917 - a command takes what its options are
    records: Annotated[
        list[str] | None,
        typer.Argument(help="Two records, each by its id or source:key."),
    ] = None,
    same: Annotated[
        bool | None, typer.Option("--same/--different", help="One party or two.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="A CSV file of decisions: kind,a,b,why and perhaps by."),
    ] = None,
    why: WhyOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Decide that two records are, or are not, of one party; or a file of decisions.

    No later run overrules it. Ends with 3 when a line of a file was refused.
    """
    if file is not None:
        _file(file, steward_of(by, why), store, json=json)
        return
    if len(records or ()) != 2 or same is None:  # noqa: PLR2004 - a pair
        message = "decide takes two records and --same or --different, or --file"
        raise BadQuery(message)
    a, b = records or ("", "")
    with opened(store) as graph:
        _tell(steward_of(by, why).pair(graph, a, b, same=same), json=json)


def merge(
    parties: Annotated[
        list[str], typer.Argument(help="Parties: their ids, or source:key of a record.")
    ],
    why: WhyOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Make several parties one, at once and for good, until it is withdrawn."""
    with opened(store) as graph:
        _tell(steward_of(by, why).merge(graph, parties), json=json)


def split(
    party: Annotated[str, typer.Argument(help="Its id, or source:key of a record.")],
    records: Annotated[
        list[str],
        typer.Option(help="A record that leaves, by id or source:key; repeat it."),
    ],
    why: WhyOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Make some records of a party another party, at once."""
    with opened(store) as graph:
        _tell(steward_of(by, why).split(graph, party, records), json=json)


@decisions.command(name="list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most.")] = 50,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """List decisions, the latest first."""
    with opened(store, read_only=True) as graph:
        found = stewards.listed(graph, limit)
    if json:
        print_json(found)
        return
    if not found:
        say("nobody has decided anything")
        return
    say_table(
        ("id", "kind", "state", "by", "at", "records", "why"),
        [
            (
                one.id,
                one.kind,
                one.state,
                one.by,
                f"{datetime.fromtimestamp(one.at / 1e6, UTC):%Y-%m-%d %H:%M}",
                f"{len(one.left)} and {len(one.right)}",
                one.why,
            )
            for one in found
        ],
    )


@decisions.command(name="withdraw")
def withdraw_(
    decision: Annotated[str, typer.Argument(help="Id of the decision.")],
    why: WhyOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Take a decision back: it counts as never made."""
    with opened(store) as graph:
        _tell(steward_of(by, why).withdraw(graph, decision), json=json)


def steward_of(by: str | None, why: str) -> stewards.Steward:
    """Who decides by what a command was told, the settings, and who is logged in."""
    chosen = settings.load()
    name = by or chosen.decisions.by or getpass.getuser()
    return stewards.Steward(by=name, why=why, rules=chosen.golden)


def _tell(done: Decided, *, json: bool) -> None:
    if json:
        print_json(done)
        return
    say(f"decision {done.decision}: {done.kind}")
    for party in done.parties:
        say(f"  party {party}")
    for gone, heir in done.redirects.items():
        say(f"  {gone} leads to {heir}")
    if not done.at_once:
        say("  takes effect at the next `closeknit resolve`")


def _file(
    path: Path, steward: stewards.Steward, store: str | None, *, json: bool
) -> None:
    with opened(store) as graph:
        lines = list(stewards.bulk(graph, path, steward))
    refused = [line for line in lines if line.error is not None]
    if json:
        print_json(lines)
    else:
        say(f"{len(lines) - len(refused)} decided, {len(refused)} refused")
        for line in refused:
            say(f"  line {line.line}: {line.error}")
    if refused:
        raise typer.Exit(3)
