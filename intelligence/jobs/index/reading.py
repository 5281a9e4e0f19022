"""Records of a store as the tables that an index is made of."""

from collections.abc import Sequence

import numpy as np

from graph import snapshot
from graph.model import Record, Texts
from graph.progress import Progress, silent
from graph.store import GraphStore
from intelligence.identity import stored
from intelligence.identity.columns import records
from intelligence.identity.columns.table import RecordTable
from intelligence.identity.index.building import Membership
from intelligence.identity.index.rows import Rows, rows_of
from intelligence.jobs.around.bearing import evidence
from intelligence.jobs.around.membership import ordered
from intelligence.tables import ends

BATCH = 1_000
"""Ids in one question to the store."""


def all_records(
    store: GraphStore, at: int, progress: Progress = silent
) -> tuple[Rows, Membership]:
    """All records at a watermark, by id, and of which party each is."""
    taken = snapshot.take(store, records.PROJECTION, at=at, progress=progress)
    found = records.read(taken)
    names, source = np.unique(
        np.array(found.sources, dtype=object), return_inverse=True
    )
    table = stored.table_of(taken, found)
    record, party = ends(taken.between("OF", "Record", "Party"))
    of = np.full(len(found), -1, dtype=np.int64)
    of[record] = party
    rows = RecordTable(table.ids, source.reshape(-1), table.organization, table.values)
    return Rows(rows, [str(name) for name in names]), Membership(of, taken.ids("Party"))


def some_records(
    store: GraphStore, ids: Sequence[str], at: int
) -> tuple[Rows, dict[str, str]]:
    """Those of some records that there are at a watermark, in the order given.

    Returns:
        What they say, and the party of each of ``ids`` that has one.
    """
    found: list[Record] = []
    said: list[Texts] = []
    parties: dict[str, str] = {}
    for start in range(0, len(ids), BATCH):
        asked = ids[start : start + BATCH]
        known = dict(zip(asked, store.dossiers(asked, at=at), strict=True))
        held = {one: told.held for one, told in known.items()}
        speaks = evidence(store, held, at=at)
        parties |= {edge.source: edge.target for t in known.values() for edge in t.of}
        for one, told in known.items():
            if told.record:
                versions = [(v.observed_at, v.value) for v in ordered(told.versions)]
                found.append(told.record)
                said.append(stored.said_with(records.merged(versions), speaks[one]))
    return _rows(found, said), parties


def _rows(found: Sequence[Record], said: Sequence[Texts]) -> Rows:
    kinds = [
        one.kind == "organization" or records.is_firm(values)
        for one, values in zip(found, said, strict=True)
    ]
    return rows_of(
        [one.id for one in found], [one.source for one in found], kinds, said
    )


def parties_of(store: GraphStore, ids: Sequence[str], at: int) -> dict[str, str]:
    """The party of each record that has one at a watermark."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), BATCH):
        for edge in store.edges(ids[start : start + BATCH], ["OF"], at=at):
            found[edge.source] = edge.target
    return found
