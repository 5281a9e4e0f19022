"""What there is to ask stewards after an increment: about the parties that it touched.

The questions are those that a full run would find among the parties that were looked
at; a pair of parties of which neither was touched is not asked about anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from graph.ids import Ids
from graph.model import Purchase
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.arrays import Bools, Floats, Ints, distinct, listed
from intelligence.identity.clustering.clustering import Kept
from intelligence.identity.reviewing.doubts import MOST, Found, doubts
from intelligence.identity.reviewing.questions import Review, Side, questions
from intelligence.identity.reviewing.stakes import Spent, few, stakes
from intelligence.jobs.around.membership import read
from intelligence.jobs.arriving.surroundings import Surroundings
from intelligence.jobs.deciding import reviews, slots
from intelligence.jobs.deciding.reviews import Examined

Means = Mapping[str, float]
"""What a record that buys spends on average, minor units by currency."""


@dataclass(frozen=True)
class Settled:
    """Records around news, and what became of them.

    Attributes:
        around: the records.
        cluster: of each row, the least row of its party, shape (n,).
        kept: compared pairs that are not plainly strangers.
        sure: probability of each row's party, shape (n,).
    """

    around: Surroundings
    cluster: Ints
    kept: Kept
    sure: Floats


class Asking:
    """Gathers questions chunk by chunk, in bounded memory; made anew for each run.

    Args:
        store: whose queue.
        means: of the last full run.

    Attributes:
        doubted: the records that the queue asks about, each once.
    """

    def __init__(self, store: GraphStore, means: Means) -> None:
        self._store, self._means = store, means
        queue = [slot.review for _, slot in slots.read(store)]
        ends = (end for one in queue for end in (one.left, one.right))
        self._queued = frozenset(end.record for end in ends)
        self.doubted = list(dict.fromkeys(one.left.record for one in queue))
        self._fresh: list[Review] = []
        self._examined: list[Examined] = []

    def note(self, settled: Settled, written: Mapping[str, str]) -> None:
        """Find what there is to ask about parties that were written.

        Args:
            settled: records around news.
            written: the party of each record that was written as it was settled.
        """
        fresh, examined = asked(self._store, settled, written, self._means)
        gone = {one.id for one in fresh}
        before = (one for one in self._fresh if one.id not in gone)
        every = [*fresh, *(one for one in before if not examined.answers(one))]
        self._fresh = sorted(every, key=lambda one: -one.worth)[:MOST]
        seen, touched = examined.seen, examined.touched
        self._examined.append(Examined(seen & self._queued, touched & self._queued))

    def ask(self, run: str) -> None:
        """Put them into the queue in place of those that they answer."""

        def renewing(some: Sequence[Review]) -> list[Review]:
            return renewed(self._store, some, self._means)

        reviews.amend(self._store, self._fresh, self._examined, renewing, run)


def asked(
    store: GraphStore, settled: Settled, written: Mapping[str, str], means: Means
) -> tuple[list[Review], Examined]:
    """The questions about the parties that were written.

    Args:
        store: to read what records bought.
        settled: records around news.
        written: the party of each record that was written as it was settled.
        means: of the last full run.
    """
    ids = settled.around.little.ids
    name = [written.get(one) or _held(settled.around, one) for one in ids]
    whole = _whole(settled.cluster, name)
    touched = np.array([one in written for one in ids], dtype=np.bool_) & whole
    examined = Examined(
        frozenset(one for one, is_whole in zip(ids, whole, strict=True) if is_whole),
        frozenset(ids[row] for row in listed(np.flatnonzero(touched))),
    )
    if not touched.any():
        return [], examined
    found = _found(settled, touched, whole)
    scorer = settled.around.little.scorer
    first = doubts(scorer, ids, found, np.ones(len(ids)))
    rows = np.unique(np.concatenate([first.left, first.right]))
    every = np.flatnonzero(np.isin(found.cluster, found.cluster[rows]))
    spent = bought(store, {ids[row]: row for row in listed(every)}, means)
    worth = first
    if len(spent.row):
        worth = doubts(scorer, ids, found, stakes(len(ids), spent))
    first_row, party = distinct(found.cluster)
    names = [name[row] or "" for row in listed(first_row)]
    who = ids, party, names
    return questions(worth, who, spent, Ids(store.namespace)), examined


def renewed(store: GraphStore, reviews: Sequence[Review], means: Means) -> list[Review]:
    """Questions with what their sides hold now; their evidence stays as it was.

    Args:
        store: to read parties and purchases.
        reviews: to renew; those of records without a party are left out.
        means: of the last full run.
    """
    ends = sorted({one.record for each in reviews for one in (each.left, each.right)})
    if not ends:
        return []
    now = read(store, ends)
    row = {record: place for place, record in enumerate(now.records)}
    spent = bought(store, row, means)

    def side(record: str) -> Side:
        party = now.of[record].target
        rows = np.array([row[one] for one in now.parties[party]], dtype=np.int64)
        money = spent.of(rows)
        return Side(record=record, party=party, records=len(rows), money=money)

    return [
        _with(one, side(one.left.record), side(one.right.record), means)
        for one in reviews
        if {one.left.record, one.right.record} <= now.of.keys()
    ]


def bought(store: GraphStore, rows: Mapping[str, int], means: Means) -> Spent:
    """What some records bought.

    Args:
        store: to read.
        rows: a row for each record.
        means: of the last full run.
    """
    edges = store.edges(sorted(rows), [EdgeKind.BY], direction="in") if rows else []
    buyer = {edge.source: rows[edge.target] for edge in edges}
    purchases = [
        noun
        for noun in (store.get(sorted(buyer)) if buyer else [])
        if isinstance(noun, Purchase)
    ]
    sign = {"sale": 1, "return": -1}
    told = [
        (buyer[one.id], one.currency, sign[one.kind] * one.amount) for one in purchases
    ]
    return few(told, means)


def _with(review: Review, left: Side, right: Side, means: Means) -> Review:
    """A question with other sides; its worth goes with what would move."""
    before = _moved(review.left, review.right, means)
    after = _moved(left, right, means)
    worth = review.worth * _value(after, means) / max(_value(before, means), 1.0)
    if review.together:
        return msgspec.structs.replace(review, left=left, right=right)
    return msgspec.structs.replace(
        review,
        left=left,
        right=right,
        worth=worth,
        records=after.records,
        money=after.money,
    )


def _moved(left: Side, right: Side, means: Means) -> Side:
    return min((left, right), key=lambda side: _value(side, means))


def _value(side: Side, means: Means) -> float:
    """What moves with a party, in records; see ``stakes``."""
    money = (max(n, 0) / means[c] for c, n in side.money.items() if means.get(c))
    return side.records + sum(money)


def _held(around: Surroundings, record: str) -> str | None:
    edge = around.now.of.get(record)
    return edge.target if edge else None


def _whole(cluster: Ints, name: Sequence[str | None]) -> Bools:
    """Rows of clusters that are one party each, as it stands in the store."""
    names = {one: number for number, one in enumerate(dict.fromkeys(name))}
    party = np.array([-1 if one is None else names[one] for one in name])
    first, both = distinct(cluster, party)
    several = np.zeros(len(cluster), dtype=np.bool_)
    for key in (cluster[first], party[first]):
        _, number, count = np.unique(key, return_inverse=True, return_counts=True)
        several[np.flatnonzero((count > 1)[number.reshape(-1)])] = True
    found: Bools = ~several[both] & (party >= 0)
    return found


def _found(settled: Settled, touched: Bools, whole: Bools) -> Found:
    """What there is to doubt about touched parties, others as they are."""
    kept = settled.kept
    some = (touched[kept.left] | touched[kept.right]) & (
        whole[kept.left] & whole[kept.right]
    )
    pairs = Kept(kept.left[some], kept.right[some], kept.odds[some])
    sure = np.where(touched, settled.sure, 1.0)
    return Found(settled.cluster, sure, pairs, settled.around.stands.different)
