"""All that is concluded of parties beside who they are, when parties change.

Households, employers, ties, rings, scores, findings and alerts hang on parties. When a
party goes, what can be said of its heir too is handed on, and its scores, which were
counted over its own records, end. Scores of a party that gains or loses records stay
and are marked stale until the next ``score`` counts anew.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from graph.batch import EdgeRef, NodeRef
from graph.bookkeeping import Run
from graph.model import Edge, Noun, Score
from graph.query import MAX_LIMIT, Find
from graph.schema import EdgeKind
from graph.store import GraphStore

STALE = "stale"
"""In ``Score.more``: the party's records have changed since."""

LEAVING = (
    EdgeKind.MEMBER_OF,
    EdgeKind.WORKS_FOR,
    EdgeKind.TIE,
    EdgeKind.IN_RING,
)
ENTERING = (EdgeKind.WORKS_FOR, EdgeKind.TIE, EdgeKind.FOR)

Rows = tuple[list[Noun], list[Edge], list[EdgeRef | NodeRef]]
Key = tuple[str, str, str, str]


def put_back(store: GraphStore, parties: Iterable[str], at: int) -> Rows:
    """What makes everything said of some parties as it was at a watermark."""
    asked = sorted(parties)
    now, then = _around(store, asked), _around(store, asked, at)
    opened = [edge for key, edge in then.items() if not _alike(now.get(key), edge)]
    closings: list[EdgeRef | NodeRef] = [
        ref(edge) for key, edge in now.items() if key not in then
    ]
    said = sorted({e.source for e in then.values() if e.type == EdgeKind.FOR})
    current = {noun.id: _bare(noun) for noun in _nouns(store, said)}
    before = [_bare(noun) for noun in _nouns(store, said, at)]
    nodes = [noun for noun in before if current.get(noun.id) != noun]
    fresh = {e.source for e in now.values() if e.type == EdgeKind.FOR} - set(said)
    ended = _nouns(store, sorted(fresh))
    closings += [NodeRef(type(noun).__name__, noun.id) for noun in ended]
    return nodes, opened, closings


def handed_on(store: GraphStore, redirects: Mapping[str, str]) -> Rows:
    """What is said of ended parties, said of their heirs; their scores end."""
    nodes: list[Noun] = []
    opened: dict[Key, Edge] = {}
    closings: list[EdgeRef | NodeRef] = []
    if not redirects:
        return nodes, [], closings
    ended = _around(store, sorted(redirects))
    said = [e.source for e in ended.values() if e.type == EdgeKind.FOR]
    nouns = {noun.id: noun for noun in _nouns(store, sorted(set(said)))}
    heirs = _around(store, sorted(set(redirects.values())))
    for edge in ended.values():
        closings.append(ref(edge))
        if isinstance(nouns.get(edge.source), Score):
            closings.append(NodeRef("Score", edge.source))
            continue
        moved = msgspec.structs.replace(
            edge,
            source=redirects.get(edge.source, edge.source),
            target=redirects.get(edge.target, edge.target),
        )
        if moved.source != moved.target and key_of(moved) not in heirs:
            opened[key_of(moved)] = _plain(moved)
    return nodes, list(opened.values()), closings


def outdated(store: GraphStore, parties: Iterable[str]) -> list[Noun]:
    """The scores of parties whose records have changed, marked stale."""
    asked = sorted(parties)
    edges = store.edges(asked, [EdgeKind.FOR], direction="in") if asked else []
    said = sorted({edge.source for edge in edges})
    return [
        msgspec.structs.replace(_bare(noun), more={**noun.more, STALE: True})
        for noun in _nouns(store, said)
        if isinstance(noun, Score) and not noun.more.get(STALE)
    ]


def unscored_since(store: GraphStore, at: int) -> bool:
    """Whether no run has scored anything after a watermark."""
    return all((run.seq or 0) <= at for run in score_runs(store))


def score_runs(store: GraphStore) -> list[Run]:
    """The latest runs that scored, the last one first."""
    query = Find(
        label="Run",
        attribute="started_at",
        within=("score",),
        descending=True,
        limit=min(20, MAX_LIMIT),
    )
    return [noun for noun in store.find(query) if isinstance(noun, Run)]


def ref(edge: Edge) -> EdgeRef:
    """The reference of an edge."""
    return EdgeRef(edge.type, edge.source, edge.target, edge.key)


def key_of(edge: Edge) -> Key:
    """What makes an edge itself."""
    return edge.type, edge.source, edge.target, edge.key


def _around(
    store: GraphStore, parties: Sequence[str], at: int | None = None
) -> dict[Key, Edge]:
    found = store.edges(parties, LEAVING, at=at)
    found += store.edges(parties, ENTERING, direction="in", at=at)
    return {key_of(edge): _plain(edge) for edge in found}


def _nouns(store: GraphStore, ids: Sequence[str], at: int | None = None) -> list[Noun]:
    return [noun for noun in store.get(ids, at=at) if noun] if ids else []


def _plain(edge: Edge) -> Edge:
    """An edge without what the store sets."""
    return msgspec.structs.replace(edge, run=None, seq=None, seq_to=None)


def _bare(noun: Noun) -> Noun:
    return msgspec.structs.replace(noun, run=None, seq=None, seq_to=None)


def _alike(one: Edge | None, other: Edge) -> bool:
    return one == other
