"""At the end of a run: decisions made while it was under way are kept."""

from graph.batch import GraphBatch
from graph.model import Decision
from graph.query import MAX_LIMIT, Find
from graph.store import GraphStore
from intelligence.identity.parties.survivorship import Survivorship
from intelligence.identity.reviewing.decisions import Verdict, stands
from intelligence.jobs.around.membership import read
from intelligence.jobs.deciding import rewiring
from intelligence.jobs.deciding.deciding import groups_of
from intelligence.jobs.deciding.ledger import of_decision
from intelligence.jobs.runs.turns import turn


def uphold(store: GraphStore, since: int, rules: Survivorship) -> int:
    """Mend what a run wrote against decisions that came after it had read.

    Args:
        store: what to mend.
        since: the run's watermark.
        rules: of golden attributes.

    Returns:
        How many decisions needed it.
    """
    query = Find(label="Decision", attribute="at", descending=True, limit=MAX_LIMIT)
    fresh = [
        noun
        for noun in store.find(query)
        if isinstance(noun, Decision) and (noun.seq or 0) > since
    ]
    return sum(_uphold(store, noun, rules) for noun in reversed(fresh))


def _uphold(store: GraphStore, noun: Decision, rules: Survivorship) -> bool:
    with turn(store) as lease:
        verdicts = of_decision(store, noun).verdicts
        held = stands(verdicts)
        verdict = next((v for v in verdicts if v.id == noun.id), None)
        if verdict is None or not _whole(verdict, held):
            return False
        touched = {*verdict.left, *verdict.right}
        now = read(store, touched)
        groups = groups_of(now, verdict, verdicts)
        if groups is None:
            return False
        certain = frozenset(touched) if verdict.same else frozenset[str]()
        made = rewiring.plan(store, now, rewiring.Wish(groups, certain), rules)
        store.apply(
            GraphBatch(
                id=f"uphold/{noun.id}/{store.watermark()}",
                nodes=made.nodes,
                edges=made.edges,
                closings=made.closings,
                lease=lease,
            )
        )
        return True


def _whole(verdict: Verdict, held: dict[tuple[str, str], Verdict]) -> bool:
    """Whether a verdict stands on all of its pairs."""
    return verdict.withdraws is None and all(
        held.get(pair) == verdict for pair in verdict.pairs()
    )
