"""What is left out of a batch because it hangs on an erased record.

The same on every engine: an engine says which records are erased, and this module what
of a batch goes with them. An erased record is known only by its tombstone, the keyed
hash of its id; without the store's secret nobody can ask whether an id was erased.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Set
from dataclasses import dataclass

import msgspec

from graph import schema
from graph.batch import GraphBatch
from graph.bookkeeping import Reject, Setting, Tombstone
from graph.errors import SnapshotRefused
from graph.ids import Ids
from graph.model import Edge, Identifier, Noun, Record, Texts
from graph.schema import EdgeKind

HANGS = (EdgeKind.VERSION_OF, EdgeKind.BY)
"""Types whose source goes with the record that the edge enters."""

ENDS = (EdgeKind.FROM, EdgeKind.TO)
"""Types whose source goes when every record that they enter goes."""

SECRET = "erasure.secret"  # noqa: S105 - the setting's name
_SECRET_BYTES = 32
_FULL_NAMES = ("name.full", "organization.name")
_NAME_PARTS = ("name.given", "name.family")


def names(value: Texts, raw: Texts) -> list[str]:
    """The names that a version gives its subject, in their canonical form if any."""
    return _names(value) or _names(raw)


def new_secret(ids: Ids) -> Setting:
    """A secret that keys tombstones, as the setting that keeps it.

    The first erasure makes it; it goes wherever the tombstones go.
    """
    value = secrets.token_hex(_SECRET_BYTES)
    return Setting(id=ids.of("Setting", SECRET), name=SECRET, value=value)


def tombstones(
    ids: Ids, secret: bytes, records: Iterable[str], decided: tuple[str, str, int]
) -> list[Noun]:
    """Tombstones of records; ``decided`` is by whom, why and when."""
    by, why, now = decided
    macs = sorted({mac(secret, record) for record in records})
    return [
        Tombstone(id=ids.of("Tombstone", one), mac=one, erased_at=now, by=by, why=why)
        for one in macs
    ]


def check_watermark(last: int, watermark: int | None) -> None:
    """Refuse conclusions from a snapshot older than the last erasure or rewriting.

    Raises:
        SnapshotRefused: they may still tell of erased records.
    """
    if watermark is not None and watermark < last:
        message = (
            f"the batch was concluded from watermark {watermark}, before the erasure "
            f"or rewriting {last}; nothing was written: take a new snapshot and run "
            "again"
        )
        raise SnapshotRefused(message)


def mac(secret: bytes, record: str) -> str:
    """The tombstone of a record: HMAC-SHA256 of its id, hexadecimal."""
    return hmac.new(secret, record.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Filtered:
    """A batch without what belongs to erased records.

    Attributes:
        batch: what is left.
        left_out: how many nodes and edges are not.
    """

    batch: GraphBatch
    left_out: int = 0


def records_of(batch: GraphBatch) -> set[str]:
    """Every id in a batch that may be a record's."""
    found = {noun.id for noun in batch.nodes if isinstance(noun, Record)}
    for edge in batch.edges:
        declared = schema.EDGES.get(edge.type)
        if declared and "Record" in declared.sources:
            found.add(edge.source)
        if declared and "Record" in declared.targets:
            found.add(edge.target)
    found.update(n.record for n in batch.nodes if isinstance(n, Reject) and n.record)
    return found


def without(batch: GraphBatch, erased: Set[str]) -> Filtered:
    """Leave out erased records and all that hangs on them."""
    if not erased:
        return Filtered(batch)
    gone = erased | _hanging(batch.edges, erased) | _joined(batch.edges, erased)
    nodes = [
        noun
        for noun in batch.nodes
        if noun.id not in gone
        and not (isinstance(noun, Reject) and noun.record in erased)
    ]
    edges = [e for e in batch.edges if e.source not in gone and e.target not in gone]
    orphans = _orphans(nodes, batch.edges, edges)
    nodes = [noun for noun in nodes if noun.id not in orphans]
    provenance = [p for p in batch.provenance if p.fact not in gone | orphans]
    left_out = len(batch.nodes) - len(nodes) + len(batch.edges) - len(edges)
    return Filtered(
        msgspec.structs.replace(batch, nodes=nodes, edges=edges, provenance=provenance),
        left_out,
    )


def _joined(edges: Iterable[Edge], erased: Set[str]) -> set[str]:
    """Ids of parties that an erased record would join: they would tell of it."""
    return {e.target for e in edges if e.type == EdgeKind.OF and e.source in erased}


def _hanging(edges: Iterable[Edge], erased: Set[str]) -> set[str]:
    """Ids of versions, events and transfers that go with the records."""
    hanging: set[str] = set()
    stays: set[str] = set()
    ended: set[str] = set()
    for edge in edges:
        if edge.type in HANGS and edge.target in erased:
            hanging.add(edge.source)
        elif edge.type in ENDS:
            (ended if edge.target in erased else stays).add(edge.source)
    return hanging | (ended - stays)


def _orphans(
    nodes: Iterable[object], before: Iterable[Edge], after: Iterable[Edge]
) -> set[str]:
    """Ids of identifiers that only erased records of this batch have."""
    had = {edge.target for edge in before if edge.type == EdgeKind.HAS}
    have = {edge.target for edge in after if edge.type == EdgeKind.HAS}
    lost = had - have
    return {n.id for n in nodes if isinstance(n, Identifier) and n.id in lost}


def _names(said: Texts) -> list[str]:
    full = [name for key in _FULL_NAMES for name in said.get(key, [])]
    parts = [name for key in _NAME_PARTS for name in said.get(key, [])]
    return full or ([" ".join(parts)] if parts else [])
