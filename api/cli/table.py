"""``resolve --table``: who is who in a table, without a store."""

from pathlib import Path

from api import settings
from api.cli.meter import Meter
from api.cli.output import print_json, say, say_table
from api.tables import load_table
from api.tables_out import check_out, write_clusters
from graph.errors import BadSettings
from intelligence.identity.engine import Settings
from intelligence.identity.engine import resolve as find_parties
from intelligence.identity.summary import Summary, numbered, summarize
from intelligence.jobs.runs.report import counted


def resolve_table(
    table: Path | None,
    mapping: Path | None,
    out: Path | None,
    *,
    store: str | None,
    force: bool,
    json: bool,
) -> None:
    """Resolve a table, write its clusters, say what was found and what is doubted.

    Raises:
        BadSettings: an option is missing, or does not go with the others.
    """
    if not table or not mapping or not out:
        message = "a table needs all three: --table FILE --map map.toml --out FILE"
        raise BadSettings(message)
    if store is not None:
        message = "--table needs no store: leave out one of --table and --store"
        raise BadSettings(message)
    check_out(out, force=force)
    configured = settings.load()
    with Meter() as meter:
        loaded = load_table(table, mapping, configured.ingest, meter)
        found = find_parties(
            loaded.table, settings=Settings(keep_pairs=True), progress=meter
        )
    summary = summarize(loaded.table, found)
    write_clusters(out, loaded, numbered(found.cluster), found.probability)
    if json:
        print_json(
            {"out": str(out), "unreadable": loaded.unreadable, "summary": summary}
        )
    else:
        _tell(summary, loaded.unreadable, out)


def _tell(summary: Summary, unreadable: int, out: Path) -> None:
    say(
        f"{counted('records', summary.records)}, "
        f"{counted('parties', summary.parties)}; "
        f"{summary.duplicates:.1%} of the records are repeats"
    )
    sizes = {size: n for size, n in summary.sizes.items() if n}
    say_table(("records", "parties"), [(size, f"{n:,}") for size, n in sizes.items()])
    if unreadable:
        say(f"{counted('rows', unreadable)} could not be read and were left out")
    if summary.nothing:
        say(f"{counted('records', summary.nothing)} say nothing that identifies")
    if summary.grey:
        say(f"{counted('pairs', summary.grey)} of records could be either (20 to 80 %)")
    _tell_doubts(summary)
    for note in summary.notes:
        say(note)
    say(f"written to {out}")


def _tell_doubts(summary: Summary) -> None:
    if summary.largest:
        say("largest parties", "bold")
        rows = [
            (str(one.cluster), f"{one.records:,}", f"{one.least:.3f}")
            for one in summary.largest
        ]
        say_table(("cluster_id", "records", "least probability"), rows)
    if summary.shared:
        say("identifiers that many parties share", "bold")
        shown = [
            (one.attribute, one.value, f"{one.parties:,}", f"{one.records:,}")
            for one in summary.shared
        ]
        say_table(("kind", "value", "parties", "records"), shown)
