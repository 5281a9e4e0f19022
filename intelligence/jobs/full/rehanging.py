"""At the end of a full run: records that found a party meanwhile follow it.

A run leaves alone what was rewired after it had read, but it may have ended the party
that such a record had joined, or written its golden attributes without the record.
"""

from collections.abc import Iterable

from graph.batch import EdgeRef, GraphBatch, NodeRef
from graph.bookkeeping import Lease
from graph.ids import Ids
from graph.model import Edge, Noun, Party
from graph.query import MAX_LIMIT
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.parties import golden
from intelligence.identity.parties.survivorship import Survivorship
from intelligence.jobs.around.membership import Membership, members, read
from intelligence.jobs.runs.turns import turn

_PAGE = 50_000


def rehang(store: GraphStore, since: int, run: str, rules: Survivorship) -> int:
    """Mend the parties of records that others gave a party after a run had read.

    Args:
        store: what to mend.
        since: the run's watermark.
        run: its id.
        rules: of golden attributes.

    Returns:
        How many records were looked at.
    """
    moved = _moved(store, since, run)
    if moved:
        with turn(store) as lease:
            _mend(store, lease, read(store, moved), moved, rules)
    return len(moved)


def _moved(store: GraphStore, since: int, run: str) -> set[str]:
    """Records that others than the run gave a party."""
    own: set[int] = set()
    at = since
    while batches := store.batches(since=at, limit=MAX_LIMIT):
        own |= {batch.seq for batch in batches if batch.run == run}
        at = batches[-1].seq
    found: set[str] = set()
    while (page := store.changes(since, limit=_PAGE)).upto > since:
        since = page.upto
        for change in page.changes:
            ref = change.ref
            if isinstance(ref, EdgeRef) and ref.type == EdgeKind.OF:
                found |= set() if change.closed or change.seq in own else {ref.source}
    return found


def _mend(
    store: GraphStore,
    lease: Lease,
    now: Membership,
    moved: Iterable[str],
    rules: Survivorship,
) -> None:
    heir = {party: _heir(store, party) for party in sorted(now.parties)}
    edges: list[Edge] = []
    closings: list[EdgeRef | NodeRef] = []
    for record, edge in sorted(now.of.items()):
        if heir[edge.target] != edge.target:
            edges.append(_of(edge, heir[edge.target]))
            closings.append(EdgeRef(edge.type, record, edge.target))
    nodes: list[Noun] = []
    for name in sorted(set(heir.values())):
        joining = [edge.source for edge in edges if edge.target == name]
        nodes += _golden(store, name, joining, rules)
    closings += _empty(store, moved)
    batch = GraphBatch(
        id=f"rehang/{store.watermark()}/{lease.token}",
        nodes=nodes,
        edges=edges,
        closings=closings,
        lease=lease,
    )
    store.apply(batch)


def _of(edge: Edge, target: str) -> Edge:
    return Edge(
        type=edge.type,
        source=edge.source,
        target=target,
        weight=edge.weight,
        attributes=edge.attributes,
    )


def _heir(store: GraphStore, party: str) -> str:
    """Where an ended party leads to; itself while it is there, or leads nowhere."""
    seen = {party}
    while store.get([party])[0] is None:
        led = store.edges([party], [EdgeKind.MERGED_INTO])
        if not led or led[0].target in seen:
            break
        party = led[0].target
        seen.add(party)
    return party


def _golden(
    store: GraphStore, name: str, joining: Iterable[str], rules: Survivorship
) -> list[Party]:
    there = store.edges([name], [EdgeKind.OF], direction="in")
    told = members(store, [*(edge.source for edge in there), *joining])
    (noun,) = store.get([name])
    method = noun.method if isinstance(noun, Party) else _method(there)
    return [golden.party(told, name, method, rules)] if told else []


def _method(edges: Iterable[Edge]) -> str:
    return next((str(edge.attributes.get("method", "")) for edge in edges), "")


def _empty(store: GraphStore, records: Iterable[str]) -> list[EdgeRef | NodeRef]:
    """Parties that a run made of records that it then left to others."""
    ids = Ids(store.namespace)
    born = [ids.party(record, 0) for record in sorted(records)]
    there: list[Noun] = [noun for noun in store.get(born) if noun is not None]
    held = store.edges([noun.id for noun in there], [EdgeKind.OF], direction="in")
    full = {edge.target for edge in held}
    return [NodeRef("Party", noun.id) for noun in there if noun.id not in full]
