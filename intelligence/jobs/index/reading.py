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
from intelligence.jobs.around.bearing import evidence, identifiers
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


def some_records(store: GraphStore, ids: Sequence[str], at: int) -> Rows:
    """Those of some records that there are at a watermark, in the order given."""
    found: list[Record] = []
    said: list[Texts] = []
    for start in range(0, len(ids), BATCH):
        asked = ids[start : start + BATCH]
        versions = store.versions(asked, known_at=at)
        speaks = evidence(store, identifiers(store, asked, at=at), at=at)
        for noun, told in zip(store.get(asked, at=at), versions, strict=True):
            if isinstance(noun, Record):
                values = records.merged(
                    [(one.observed_at, one.value) for one in ordered(told)]
                )
                found.append(noun)
                said.append(stored.said_with(values, speaks.get(noun.id, ())))
    kinds = [
        one.kind == "organization" or records.is_firm(values)
        for one, values in zip(found, said, strict=True)
    ]
    return rows_of(
        [one.id for one in found], [one.source for one in found], kinds, said
    )


def parties_of(store: GraphStore, ids: Sequence[str], at: int) -> list[str]:
    """The party of each record at a watermark, "" for none."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), BATCH):
        for edge in store.edges(ids[start : start + BATCH], ["OF"], at=at):
            found[edge.source] = edge.target
    return [found.get(one, "") for one in ids]
