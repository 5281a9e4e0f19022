"""How often records are of one party, then and now: what a prior goes with.

Weights tell how records of one party compare, whoever they are; the prior tells how
many such pairs there are, and that goes with what comes. Where customers are taken in
first and their repeats later, a pair drawn at random is of one party ever more often;
where strangers come, ever less. So the prior moves by as much as the share of such
pairs among the parties found, and the other weights stay (Saerens, Latinne and
Decaestecker, 2002, do so for any classifier).
"""

import numpy as np
from msgspec.structs import replace

from intelligence.arrays import Ints
from intelligence.identity.weights.model import Model

MOVED = 0.1
"""Change of the log of the share that is worth a new model."""

FEW = 200
"""Pairs of one party, then or now, of which fewer tell nothing."""


def matched(party: Ints) -> float:
    """The share of all pairs of records that are of one party, 0 to 1.

    Args:
        party: of each record, at least 0, shape (n,).
    """
    size = np.bincount(party).astype(np.float64)
    every = len(party) * (len(party) - 1)
    return float((size * (size - 1)).sum() / every) if every else 0.0


def renewed(model: Model, share: float, records: int) -> Model:
    """A model with its prior as parties are now; the same where that has hardly moved.

    Args:
        model: says which share its prior goes with.
        share: of pairs of one party now.
        records: among how many.
    """
    if min(_pairs(model.matched, model.records), _pairs(share, records)) < FEW:
        return model
    moved = float(np.log(share / model.matched))
    if abs(moved) < MOVED:
        return model
    priors = np.array(model.priors) + np.array([model.slope * moved, 0.0, 0.0])
    one, two, three = (priors - np.logaddexp.reduce(priors)).tolist()
    return replace(model, priors=(one, two, three), matched=share)


def _pairs(share: float, records: int) -> float:
    return share * records * (records - 1) / 2
