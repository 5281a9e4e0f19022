"""Which records say something new since a run: what an increment has to look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.batch import EdgeRef
from graph.bookkeeping import Run
from graph.errors import NotFound
from graph.model import Record
from graph.query import MAX_LIMIT, Change, Find
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.engine import METHOD

_PAGE = 50_000
_ASKED = 1_000
_SOURCES = frozenset({EdgeKind.HAS, EdgeKind.SAME_AS, EdgeKind.DIFFERENT_FROM})
_TARGETS = frozenset({EdgeKind.VERSION_OF, EdgeKind.SAME_AS, EdgeKind.DIFFERENT_FROM})


@dataclass(frozen=True)
class News:
    """What an increment looks at.

    Attributes:
        records: ids, sorted.
        fresh: how many of them the store did not know before.
    """

    records: list[str]
    fresh: int


def last_run(store: GraphStore) -> Run:
    """The run that an increment goes on after.

    Raises:
        NotFound: no full run has weighed the evidence yet.
    """
    query = Find(
        label="Run", attribute="started_at", within=("resolve",), descending=True,
        limit=MAX_LIMIT,
    )  # fmt: skip
    for noun in store.find(query):
        if isinstance(noun, Run) and noun.state == "done":
            if noun.method != METHOD:
                break
            return noun
    message = (
        f"no run has resolved all records by {METHOD} yet; run `closeknit resolve` "
        "first, which also learns what evidence weighs"
    )
    raise NotFound(message)


def news(store: GraphStore, since: int, upto: int) -> News:
    """Records with something new after ``since``, up to ``upto``.

    New records, new versions and identifiers, and decisions; and what others than runs
    did to parties (an erasure, a record assigned as it arrived).
    """
    runs = _runs(store, since)
    named: set[str] = set()
    parties: set[str] = set()
    for change in _changes(store, since, upto):
        ref = change.ref
        if isinstance(ref, EdgeRef):
            named |= {ref.source} if ref.type in _SOURCES else set()
            named |= {ref.target} if ref.type in _TARGETS else set()
        elif ref.label == "Record":
            named.add(ref.id)
        elif ref.label == "Party" and change.seq not in runs and not change.closed:
            parties.add(ref.id)
    for some in _pieces(sorted(parties)):
        edges = store.edges(some, [EdgeKind.OF], direction="in")
        named |= {edge.source for edge in edges}
    records: list[str] = []
    fresh = 0
    for some in _pieces(sorted(named)):
        nouns = [noun for noun in store.get(some) if isinstance(noun, Record)]
        records += [noun.id for noun in nouns]
        fresh += sum((noun.seq or 0) > since for noun in nouns)
    return News(records, fresh)


def _changes(store: GraphStore, since: int, upto: int) -> Iterator[Change]:
    while since < upto:
        page = store.changes(since, limit=_PAGE)
        yield from (one for one in page.changes if one.seq <= upto)
        if page.upto <= since:
            return
        since = page.upto


def _runs(store: GraphStore, since: int) -> set[int]:
    """Transactions that runs wrote."""
    found: set[int] = set()
    while batches := store.batches(since=since, limit=MAX_LIMIT):
        found |= {batch.seq for batch in batches if batch.run}
        since = batches[-1].seq
    return found


def _pieces(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(ids), _ASKED):
        yield ids[begin : begin + _ASKED]
