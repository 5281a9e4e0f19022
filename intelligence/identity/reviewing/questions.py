"""The questions of a run as people are asked them: who, what hangs on it, and why."""

import msgspec
import numpy as np

from graph.ids import Ids
from intelligence.arrays import Ints
from intelligence.identity.reviewing.doubts import Doubts
from intelligence.identity.reviewing.explaining import Weights
from intelligence.identity.reviewing.stakes import Money, Spent, stakes


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two records, and what its party held when the run ended.

    Attributes:
        record: its id.
        party: id of its party.
        records: how many the party has.
        money: of the party's purchases, minor units by currency, returns less.
    """

    record: str
    party: str
    records: int
    money: Money


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A question to a steward: are these two records of one party?

    Attributes:
        id: of the pair, whatever the run.
        left: a record.
        right: another.
        together: they are of one party now; if not, two parties may be one.
        probability: that they are of one party, on all evidence of both parties.
        worth: what an answer is expected to change, in records: the chance that it
            changes anything times what would move. A record counts one, and another
            one for as much money as a record that buys spends on average.
        records: how many would move.
        money: that would move with them.
        weights: how the two records were weighed; what says nothing is left out.
    """

    id: str
    left: Side
    right: Side
    together: bool
    probability: float
    worth: float
    records: int
    money: Money
    weights: Weights


def questions(
    doubts: Doubts, who: tuple[list[str], Ints, list[str]], spent: Spent, ids: Ids
) -> list[Review]:
    """The questions of a run, the most worthwhile first.

    Args:
        doubts: of the run.
        who: ids of the records; number of each record's party, shape (n,); ids of
            the parties.
        spent: what records bought.
        ids: makes the ids of the pairs.
    """
    records, party, parties = who
    row_of = {key: row for row, key in enumerate(records)} if len(doubts) else {}
    order = np.argsort(party, kind="stable")
    size = np.bincount(party, minlength=len(parties))
    begin = np.cumsum(size) - size
    value = stakes(len(records), spent)

    def members(number: int) -> Ints:
        first: int = begin[number]
        return order[first : first + size[number]]

    def side(row: int) -> Side:
        number = int(party[row])
        whole = members(number)
        return Side(
            record=records[row],
            party=parties[number],
            records=len(whole),
            money=spent.of(whole),
        )

    found: list[Review] = []
    for at in range(len(doubts)):
        weights = doubts.weights[at]
        left, right = row_of[weights.left], row_of[weights.right]
        moved = np.array([left], dtype=np.int64)
        if not doubts.together[at]:
            both = (members(party[left]), members(party[right]))
            moved = min(both, key=lambda rows: float(value[rows].sum()))
        pair = sorted((records[left], records[right]))
        found.append(
            Review(
                id=ids.of("Review", *pair),
                left=side(left),
                right=side(right),
                together=bool(doubts.together[at]),
                probability=float(doubts.probability[at]),
                worth=float(doubts.worth[at]),
                records=len(moved),
                money=spent.of(moved),
                weights=_spoken(weights),
            )
        )
    return found


def _spoken(weights: Weights) -> Weights:
    parts = [part for part in weights.parts if part.level]
    return msgspec.structs.replace(weights, parts=parts)
