"""Orders that are sent again: an answer was lost, the decision was not."""

from graph.errors import BadQuery
from graph.model import Decision
from graph.store import GraphStore
from intelligence.identity.reviewing.decisions import SAME_KINDS, Verdict
from intelligence.jobs.around.membership import Membership, read
from intelligence.jobs.deciding.ledger import Decided, Order, decision_id, of_decision


def repeated(
    store: GraphStore, order: Order, withdrawn: str | None = None
) -> Decided | None:
    """What became of an order that was carried out before; None where it was not.

    Args:
        store: what to read.
        order: one without a key was never carried out before.
        withdrawn: the decision that it takes back.

    Raises:
        BadQuery: the key stands for another order.
    """
    if not order.key:
        return None
    (noun,) = store.get([decision_id(store, order, 0)])
    if not isinstance(noun, Decision):
        return None
    known = of_decision(store, noun)
    verdict = next(one for one in known.verdicts if one.id == noun.id)
    if noun.kind != order.kind or not _alike(verdict, order, withdrawn):
        message = "this idempotency key stands for another decision; send a new one"
        raise BadQuery(message)
    now = read(store, {*verdict.left, *verdict.right})
    return Decided(
        decision=noun.id,
        kind=noun.kind,
        seq=known.seq[noun.id],
        parties=sorted(now.parties),
        redirects={},
        at_once=_is_so(verdict, order, now),
        repeated=True,
    )


def _alike(verdict: Verdict, order: Order, withdrawn: str | None) -> bool:
    if verdict.withdraws is not None:
        return verdict.withdraws == withdrawn
    return (set(verdict.left), set(verdict.right)) == (
        set(order.left),
        set(order.right),
    )


def _is_so(verdict: Verdict, order: Order, now: Membership) -> bool:
    """Whether parties are as decided."""
    if verdict.withdraws is not None or not now.of:
        return False
    if order.kind in SAME_KINDS:
        return len(now.parties) == 1
    left = {now.of[one].target for one in verdict.left if one in now.of}
    return not left & {now.of[one].target for one in verdict.right if one in now.of}
