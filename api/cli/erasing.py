"""``erase``: people who want to be forgotten."""

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec
import typer

from api.cli.meter import Meter
from api.cli.options import LinesOption, lines_of
from api.cli.output import JsonOption, StoreOption, opened, print_json, say, tell
from api.cli.steward import ByOption, WhyOption, steward_of
from api.erasing import Going, going, meant
from graph.errors import BadQuery, NotFound, StoreError
from graph.store import GraphStore
from intelligence.jobs.runs.report import counted


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure was: counts, nothing about anybody.

    Attributes:
        erased: False for a trial.
        asked: how many texts named records.
        missing: which of them named none, from 1.
        going: what went, or would go.
        nodes: removed in all, conclusions and rejects included.
        edges: removed in all.
        transaction: the erasure's.
        index: the identity index's files: made anew without the erased, there were
            none, or they are left as they were.
    """

    erased: bool = False
    asked: int
    missing: list[int]
    going: Going
    nodes: int | None = None
    edges: int | None = None
    transaction: int | None = None
    index: Literal["anew", "none", "left"] | None = None


def erase(  # noqa: PLR0913, PLR0917 - a command takes what its options are
    who: Annotated[
        list[str] | None,
        typer.Argument(help="Records by id or source:key, or parties by id."),
    ] = None,
    party: Annotated[
        bool, typer.Option("--party", help="All records of each record's party.")
    ] = False,
    file: LinesOption = None,
    skip_missing: Annotated[
        bool, typer.Option("--skip-missing", help="Pass over what is not there.")
    ] = False,
    why: WhyOption = "",
    by: ByOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would go, erase nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Erase people for good: their records, and all that hangs on them.

    Tombstones stop their feeds from bringing them back. Ends with 5, and erases
    nobody, where a name is of no record; with 1 when the question is answered with no.
    """
    wanted = [*(who or ()), *lines_of(file)]
    if not wanted:
        message = "nobody to erase: name records or parties, or a file of them (--file)"
        raise BadQuery(message)
    with opened(store, read_only=dry_run) as graph:
        found = meant(graph, wanted, whole=party)
        if found.missing and not skip_missing:
            raise _missing(found.missing)
        report = Report(
            asked=len(wanted),
            missing=found.missing,
            going=going(graph, found.records),
        )
        if not dry_run and found.records:
            _agreed(report, yes=yes)
            report = _erased(graph, found.records, report, (by, why))
    if json:
        print_json(report)
    else:
        _say(report, dry_run=dry_run)
    if report.index == "left":
        raise typer.Exit(4)


def _missing(places: Sequence[int]) -> NotFound:
    shown = ", ".join(map(str, places[:10]))
    more = f" and {len(places) - 10} more" if len(places) > 10 else ""  # noqa: PLR2004 - as above
    return NotFound(
        f"no record or party is called as the names number {shown}{more} say, and "
        "nobody was erased; give ids or source:key (`show` lists both), or "
        "--skip-missing"
    )


def _agreed(report: Report, *, yes: bool) -> None:
    """Go on where the user says yes.

    Raises:
        BadQuery: nobody is there to be asked.
        Exit: the answer is no.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        message = "erased people are gone for good: look with --dry-run, then say --yes"
        raise BadQuery(message)
    for line in _lines(report.going, "would go"):
        tell(line)
    if not typer.confirm("Erase them for good?", err=True):
        tell("nobody was erased")
        raise typer.Exit(1)


def _erased(
    graph: GraphStore,
    records: Sequence[str],
    report: Report,
    decided: tuple[str | None, str],
) -> Report:
    steward = steward_of(*decided)
    done = graph.erase(records, by=steward.by, why=steward.why)
    return msgspec.structs.replace(
        report,
        erased=True,
        nodes=done.nodes,
        edges=done.edges,
        transaction=done.seq,
        index=_index(graph),
    )


def _index(graph: GraphStore) -> Literal["anew", "none", "left"]:
    """Make the files of the identity index anew; others take the erasure in at once."""
    from api.indexes import place_of
    from intelligence.jobs.index.erasing import cleaned

    try:
        with Meter() as meter:
            found = cleaned(graph, place_of(graph.url), progress=meter)
    except StoreError as error:
        tell(f"the identity index still holds the erased on disk: {error}", "red")
        return "left"
    return "anew" if found else "none"


def _say(report: Report, *, dry_run: bool) -> None:
    if report.missing:
        tell(f"{counted('names', len(report.missing))} of no record")
    for line in _lines(report.going, "would go" if dry_run else "erased"):
        say(line)
    if report.erased:
        say(
            f"{report.nodes:,} nodes and {report.edges:,} edges are gone, conclusions "
            f"and rejects among them; transaction {report.transaction}"
        )


def _lines(found: Going, what: str) -> list[str]:
    """What goes, for people."""
    return [
        f"{counted('records', found.records)} {what}{_listed(found.sources)}",
        f"what hangs on them{_listed(found.facts) or ': nothing'}",
        (
            f"{counted('parties', found.parties_ended)} with no other record, "
            f"{counted('parties', found.parties_kept)} named anew by others"
        ),
    ]


def _listed(counts: Mapping[str, int]) -> str:
    listed = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    return f": {listed}" if listed else ""
