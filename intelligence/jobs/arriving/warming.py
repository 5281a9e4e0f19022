"""Before anybody asks: what a process does for every record, done once.

The first record that a process resolves waits until all compiled steps are loaded,
seconds of them. Here records are invented that say what stored ones say; they are
resolved, a write that the store leaves nothing of, and taken into a copy of the index
that is thrown away.
"""

from collections.abc import Sequence

import msgspec

from graph.ids import Ids
from graph.model import Edge, Record, Version
from graph.query import Find
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.online.port import Index
from intelligence.jobs.around.bearing import Held, identifiers
from intelligence.jobs.arriving.arrivals import Arrival
from intelligence.jobs.arriving.assigning import Resolver

LOOKED_AT = 200
"""Stored records looked at; those that say something new are imitated."""

_KEY = "warm-up of "


def warm(store: GraphStore, index: Index) -> int:
    """Resolve some invented records and leave nothing behind.

    Args:
        store: whose records are imitated; nothing is written.
        index: of its records.

    Returns:
        How many were resolved, 0 where the store has no records.
    """
    query = Find(label="Record", attribute="key", limit=LOOKED_AT)
    stored = [one for one in store.find(query) if isinstance(one, Record)]
    if not stored:
        return 0
    names = [one.id for one in stored]
    held = identifiers(store, names)
    told = dict(zip(names, store.versions(names), strict=True))
    invented = [
        _imitated(store, one, told[one.id], held) for one in _telling(stored, told)
    ]
    resolver = Resolver(store, index)
    for one in invented:
        resolver.rehearse([one])
    resolver.rehearse(invented)
    index.rehearse(names)
    return len(invented)


def _telling(records: Sequence[Record], told: dict[str, list[Version]]) -> list[Record]:
    """Those that say something of an attribute of which none before does."""
    found: list[Record] = []
    known = set[str]()
    for one in records:
        said = {name for version in told[one.id] for name in version.value}
        if not said <= known:
            found.append(one)
            known |= said
    return found


def _imitated(
    store: GraphStore, one: Record, told: Sequence[Version], held: Held
) -> Arrival:
    """A record that nobody has, and that says what a stored one does."""
    ids = Ids(store.namespace)
    noun = msgspec.structs.replace(
        one,
        id=ids.record(one.owner, one.source, _KEY + one.key),
        key=_KEY + one.key,
        seq=None,
    )
    versions = [
        msgspec.structs.replace(
            version, id=ids.version(noun.id, version.observed_at, version.raw), seq=None
        )
        for version in told
    ]
    bears = held.get(one.id, [])
    edges = [Edge(type=EdgeKind.HAS, source=noun.id, target=it.id) for it in bears]
    return Arrival(record=noun.id, nodes=[noun, *versions, *bears], edges=edges)
