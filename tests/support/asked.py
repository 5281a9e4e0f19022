"""Questions about pairs of records, made by hand."""

from collections.abc import Sequence

from graph.ids import Ids
from graph.store import GraphStore
from intelligence.identity.reviewing.explaining import Classes, Part, Weights
from intelligence.identity.reviewing.questions import Review, Side


def question(
    store: GraphStore, left: str, right: str, *, probability: float = 0.4
) -> Review:
    """A question whether two records are one; now they are what the store says."""
    edges = store.edges([left, right], ["OF"])
    party = {edge.source: edge.target for edge in edges}
    prior = Classes(match=-4.0, relative=-3.0, stranger=-0.1)
    part = Part(
        comparison="phone",
        level="same",
        weight=Classes(match=3.0, relative=1.5, stranger=0.0),
    )
    weights = Weights(
        left=left,
        right=right,
        prior=prior,
        parts=[part],
        score=Classes(match=-1.0, relative=-1.5, stranger=-0.1),
        probability=Classes(match=0.25, relative=0.15, stranger=0.6),
    )
    sides = [
        Side(record=one, party=party[one], records=1, money={}) for one in (left, right)
    ]
    return Review(
        id=Ids(store.namespace).of("Review", *sorted((left, right))),
        left=sides[0],
        right=sides[1],
        together=party[left] == party[right],
        probability=probability,
        worth=1.0,
        records=1,
        money={"UAH": 900_00},
        weights=weights,
    )


def questions(store: GraphStore, records: Sequence[str]) -> list[Review]:
    """One about every pair of some records, in order."""
    return [
        question(store, left, right)
        for place, left in enumerate(records)
        for right in records[place + 1 :]
    ]
