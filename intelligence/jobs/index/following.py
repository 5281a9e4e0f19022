"""What happened to a store's records since a watermark, read for an index."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.batch import NodeRef
from graph.columnar import idcolumns
from graph.columnar.arrays import column
from graph.model import Identifier
from graph.query import Changes, Find, Scan
from graph.rewriting import MARK
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.index.delta import Delta
from intelligence.identity.stored import COOKIE
from intelligence.jobs.index.reading import BATCH, Rows, parties_of, some_records

_MODEL, _GONE = "Model", "Tombstone"
_BOTH = 2


@dataclass(frozen=True)
class News:
    """What a page of changes means to an index.

    Attributes:
        upto: the seq that the index stands at with them.
        records: those that were written, or said something new; gone ones among them.
        rows: of them those that there are, as they are now.
        homed: records whose party may be another.
        parties: of each of ``homed``, "" for none.
        model: a model was kept or made active.
    """

    upto: int
    records: list[str]
    rows: Rows
    homed: list[str]
    parties: list[str]
    model: bool


def rewritten(store: GraphStore, since: int) -> bool:
    """Whether canonical values were made anew after a transaction."""
    asked = Find(label="Setting", attribute="name", equals=MARK)
    return any((noun.seq or 0) > since for noun in store.find(asked))


def read(store: GraphStore, page: Changes, delta: Delta) -> News:
    """Read what a page of changes touched, as it is at the page's end."""
    records, homed, model = _touched(store, page)
    if any(isinstance(c.ref, NodeRef) and c.ref.label == _GONE for c in page.changes):
        records |= _vanished(store, page.upto, delta)
    ordered = sorted(records)
    rows, parties = some_records(store, ordered, page.upto)
    homed_now = sorted(homed | set(rows.table.ids))
    parties |= parties_of(store, sorted(homed - records), page.upto)
    return News(
        upto=page.upto,
        records=ordered,
        rows=rows,
        homed=homed_now,
        parties=[parties.get(one, "") for one in homed_now],
        model=model,
    )


def of_records(store: GraphStore, records: Sequence[str], at: int) -> News:
    """What an index lacks of some records, whenever they were written."""
    ordered = sorted(set(records))
    rows, of = some_records(store, ordered, at)
    parties = [of.get(one, "") for one in ordered]
    return News(at, ordered, rows, ordered, parties, model=False)


def take(delta: Delta, news: News) -> None:
    """Take the news into a delta."""
    delta.remove(news.records)
    table = news.rows.table
    if len(table):
        whole = delta.whole.beside(table)
        script = delta.base.manifest.script_keys
        ready = features(table, delta.secret, script_keys=script, whole=whole)
        delta.attributes |= whole.attributes
        source = delta.sources.numbers(news.rows.sources)[table.source]
        delta.add(table.ids, source, ready)
    delta.assign(news.homed, news.parties)


def _touched(store: GraphStore, page: Changes) -> tuple[set[str], set[str], bool]:
    """Records to read anew, records whose party to read, and whether models changed."""
    records, homed, versions, model = set[str](), set[str](), set[str](), False
    held = set[str]()
    for change in page.changes:
        ref = change.ref
        if isinstance(ref, NodeRef):
            model |= ref.label == _MODEL
            if ref.label == "Record":
                records.add(ref.id)
            elif ref.label == "Version":
                versions.add(ref.id)
        elif ref.type == EdgeKind.VERSION_OF:
            versions.discard(ref.source)
            records.add(ref.target)
        elif ref.type == EdgeKind.HAS:
            records.add(ref.source)
            held.add(ref.target)
        elif ref.type == EdgeKind.OF:
            homed.add(ref.source)
    records |= _subjects(store, sorted(versions), page.upto)
    return records | _sharers(store, sorted(held), page.upto), homed, model


def _sharers(store: GraphStore, identifiers: list[str], at: int) -> set[str]:
    """Both holders of browsers' cookies that two records have now.

    A cookie says something of its first holder once there is a second one.
    """
    found: set[str] = set()
    for start in range(0, len(identifiers), BATCH):
        asked = store.get(identifiers[start : start + BATCH], at=at)
        cookies = [
            noun.id
            for noun in asked
            if isinstance(noun, Identifier) and noun.kind.endswith(COOKIE)
        ]
        holders: dict[str, list[str]] = {}
        for edge in store.edges(cookies, [EdgeKind.HAS], direction="in", at=at):
            holders.setdefault(edge.target, []).append(edge.source)
        for both in holders.values():
            if len(both) == _BOTH:
                found.update(both)
    return found


def _subjects(store: GraphStore, versions: list[str], at: int) -> set[str]:
    """Whose versions these are."""
    found: set[str] = set()
    for start in range(0, len(versions), BATCH):
        asked = versions[start : start + BATCH]
        edges = store.edges(asked, [EdgeKind.VERSION_OF], at=at)
        found.update(edge.target for edge in edges)
    return found


def _vanished(store: GraphStore, at: int, delta: Delta) -> set[str]:
    """Records of the index that the store has no more."""
    parts = [
        idcolumns.matrix(column(batch, "id"))
        for batch in store.scan_nodes("Record", Scan(at=at, columns=(), ordered=True))
    ]
    there = np.concatenate([np.empty((0, idcolumns.WIDTH), dtype=np.uint8), *parts])
    return delta.not_among(there)
