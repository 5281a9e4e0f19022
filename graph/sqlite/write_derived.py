"""Writing what is derived from raw text anew, see ``graph.rewriting``."""

from graph.schema import EdgeKind
from graph.sqlite import queries_rewrite as sql
from graph.sqlite.queries_write import UNREGISTER
from graph.sqlite.work import Work, handle_list
from graph.writing.rewritten import Rewritten


def rewrite(work: Work, told: Rewritten[int]) -> None:
    """Replace canonical values, and times of ``HAS``; drop those that hold no more.

    Raises:
        StaleFacts: a later transaction told more of the subjects.
    """
    has = work.codes.edge[EdgeKind.HAS]
    asked = {
        "subjects": handle_list(told.subjects),
        "read_at": told.read_at,
        "has": has,
        "version_of": work.codes.edge[EdgeKind.VERSION_OF],
    }
    if work.connection.execute(sql.TOLD_SINCE, asked).fetchone():
        raise told.stale()
    rows = [(*derived, version) for version, *derived in told.versions]
    done = work.connection.executemany(sql.SET_DERIVED, rows)
    work.nodes += max(done.rowcount, 0)
    spans = [
        (since, until, work.seq, has, record, identifier)
        for record, identifier, since, until in told.spans
    ]
    done = work.connection.executemany(sql.SET_SPAN, spans)
    work.edges += max(done.rowcount, 0)
    work.connection.executemany(sql.DROP_HAS, [(has, *pair) for pair in told.dropped])


def drop_orphans(work: Work, told: Rewritten[int]) -> None:
    """Identifiers that nobody has go, once the batch's own edges are written."""
    for identifier in sorted({target for _, target in told.dropped}):
        if work.connection.execute(sql.DROP_ORPHAN, (identifier,) * 2).rowcount:
            work.connection.execute(UNREGISTER, (identifier,))
