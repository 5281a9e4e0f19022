"""Erasures of a later store, done again in one that was restored from a backup.

A tombstone tells nobody whose it is: the ids of the restored store are hashed with the
secret, and those that give a tombstone are erased. All tombstones are taken over, also
of records that came after the backup, so that their feeds do not bring them back.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar, cast

import msgspec
import pyarrow as pa

from graph.batch import GraphBatch
from graph.bookkeeping import Setting, Tombstone
from graph.errors import BadSettings, StoreDamaged
from graph.ids import Ids
from graph.maintenance import erasure
from graph.model import Noun
from graph.progress import Progress, Sparing, silent
from graph.query import Scan
from graph.store import GraphStore

_Item = TypeVar("_Item")
_PIECE = 1_000
_BY = "restore"
_WHY = "erased after the backup was made"


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What was done again.

    Attributes:
        erased: records of the restored store.
        tombstones: those that it did not have.
    """

    erased: int = 0
    tombstones: int = 0


def replay(
    later: GraphStore, restored: GraphStore, *, progress: Progress = silent
) -> Replayed:
    """Erase in a restored store whom a later one knows to be erased.

    Args:
        later: knows the erasures; it is only read.
        restored: from a backup of the same store.
        progress: told a few times a second.

    Raises:
        BadSettings: the two are not of one origin: their secrets or namespaces differ.
        StoreDamaged: the later store has tombstones, but not their secret.
    """
    known = {mark.mac for mark in _tombstones(restored)}
    missing = [mark for mark in _tombstones(later) if mark.mac not in known]
    if not missing:
        return Replayed()
    secret = _same_secret(later, restored)
    macs = {mark.mac for mark in missing}
    key, told = bytes.fromhex(secret.value), Sparing(progress)
    found: list[str] = []
    for number, one in enumerate(_ids(restored)):
        if erasure.mac(key, one) in macs:
            found.append(one)
        if number % _PIECE == 0:
            told("look for the erased", number, None)
    # The secret first, or the erasure would make another; the tombstones last, so
    # that they keep who decided and why.
    _write(restored, [secret])
    erased = restored.erase(sorted(set(found)), by=_BY, why=_WHY) if found else None
    for piece in _pieces(missing):
        _write(restored, piece)
    return Replayed(erased=erased.records if erased else 0, tombstones=len(missing))


def _same_secret(later: GraphStore, restored: GraphStore) -> Setting:
    """The secret of both stores."""
    secret, own = _secret(later), _secret(restored)
    if secret is None:
        message = f"{later.url}: has tombstones, but the secret that keys them is gone"
        raise StoreDamaged(message)
    if later.namespace != restored.namespace or (own and own.value != secret.value):
        message = (
            f"{later.url} is not a later state of the store that was backed up: its "
            "tombstones say nothing of these records; name the store that the backup "
            "was made of"
        )
        raise BadSettings(message)
    return secret


def _secret(store: GraphStore) -> Setting | None:
    (found,) = store.get([Ids(store.namespace).of("Setting", erasure.SECRET)])
    return found if isinstance(found, Setting) else None


def _tombstones(store: GraphStore) -> Iterator[Tombstone]:
    for columns in store.scan_nodes("Tombstone", Scan(columns=())):
        for piece in _pieces(_hexed(columns)):
            for noun in store.get(piece):
                if isinstance(noun, Tombstone):
                    yield noun


def _ids(store: GraphStore) -> Iterator[str]:
    """Every id that may be an erased record's, absent ends of edges included."""
    for columns in store.scan_handles(Scan()):
        yield from _hexed(columns)
    for columns in store.scan_nodes("Reject", Scan(columns=("record",))):
        told = cast("list[str | None]", columns.column("record").to_pylist())
        yield from filter(None, told)


def _hexed(columns: pa.RecordBatch) -> list[str]:
    raw = cast("list[bytes]", columns.column("id").to_pylist())
    return [one.hex() for one in raw]


def _write(store: GraphStore, nodes: Sequence[Noun]) -> None:
    store.apply(GraphBatch(id=f"restore:{store.watermark() + 1}", nodes=nodes))


def _pieces(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for begin in range(0, len(items), _PIECE):
        yield items[begin : begin + _PIECE]
