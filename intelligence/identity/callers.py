"""Who of those that are known by an identifier uses it now, and how likely nobody is.

The parties known by a phone number share out its next call in proportion to what ties
them to it; a share is left for somebody else, and it grows with every further family
that the number is known for: so many strangers on one number mean an agent's phone, a
kiosk or a number given away again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import msgspec
import numpy as np

from intelligence.arrays import Floats


@dataclass(frozen=True)
class Habits:
    """How people use what identifies them.

    Chosen end to end: towns of 3,000 (seeds 11, 21 and 22, noise .2, .2 and .35) were
    taken in up to three fifths of their calls and resolved, and what lookup said of the
    2,892 later calls from known numbers was compared with who called. They are rounded
    values near the greatest likelihood; ``closeknit eval lookup`` measures and fits.

    Attributes:
        call: what a call from the number says, beside a record that states it.
        sharpness: exponent of a party's evidence: who has used the number most uses it
            more than in proportion.
        alone: weight of somebody else, on what one party uses.
        home: the same on a landline: others live there whom nobody has heard of.
        family: for each further family that it is known for.
        relative: for each further member of a family; on a landline the second family
            counts as one, for people of two names live together.
    """

    call: float = 1.5
    sharpness: float = 1.3
    alone: float = 0.028
    home: float = 0.9
    family: float = 1.1
    relative: float = 0.1


FITTED = Habits()

HUB_FAMILIES = 8
"""An identifier known for more families than so many is a hub."""


class Claim(msgspec.Struct, frozen=True, gc=False):
    """What ties one party to an identifier.

    Attributes:
        family: equal for members of one family, whatever else it is.
        calls: contacts that came by the identifier.
        statements: records that state it.
        doubt: how many of the calls were another's, as far as is known: the sum over
            them of what is left of the probability that a call was this party's.
    """

    family: str
    calls: int
    statements: int
    doubt: float = 0.0


class Known(msgspec.Struct, frozen=True, gc=False):
    """What is known of one identifier.

    Attributes:
        claims: one a party; each with a call or a statement.
        unseen: parties that were not looked at, see ``unseen``; each is a family.
        home: it is a household's, not a person's: a landline.
    """

    claims: Sequence[Claim]
    unseen: float = 0.0
    home: bool = False


class Shares(msgspec.Struct, frozen=True, gc=False, eq=False):
    """Of one identifier's next use.

    Attributes:
        parties: probability of each claim's party, shape (n,).
        someone_else: what is left; all of them sum to 1.
        hub: too many families share it to tell anybody from it.
    """

    parties: Floats
    someone_else: float
    hub: bool


def unseen(claims: Sequence[Claim], looked_at: int, total: int) -> float:
    """Parties to be expected among holders of an identifier that were not looked at.

    Those looked at are as good as drawn at random, and of what a sample leaves out the
    part that is new is about the part of it that it has met once (I. J. Good, The
    population frequencies of species, Biometrika 40, 1953). So two hundred more calls
    of one customer are no strangers, two hundred more customers are.

    Args:
        claims: those looked at.
        looked_at: holders from which the claims are.
        total: of all holders.
    """
    if total <= looked_at:
        return 0.0
    once = sum(claim.calls + claim.statements == 1 for claim in claims)
    return (total - looked_at) * once / max(looked_at, 1)


def shares(known: Sequence[Known], habits: Habits = FITTED) -> list[Shares]:
    """Share out the next use of each of some identifiers.

    Args:
        known: of each identifier.
        habits: of those who use identifiers.
    """
    if not known:
        return []
    claims = [claim for one in known for claim in one.claims]
    sizes = np.array([len(one.claims) for one in known], np.int64)
    families = np.array([len({c.family for c in one.claims}) for one in known])
    further = np.array([one.unseen for one in known], np.float64)
    heard = np.array([one.calls - one.doubt for one in claims], np.float64)
    stated = np.array([one.statements for one in claims], np.float64)
    weight = (habits.call * np.maximum(heard, 0.0) + stated) ** habits.sharpness
    of = np.repeat(np.arange(len(known)), sizes)
    home = np.array([one.home for one in known], np.bool_)
    other = np.where(home, habits.home, habits.alone)
    joined = home & (families > 1)
    other += habits.family * np.maximum(families + further - 1 - joined, 0.0)
    other += habits.relative * (sizes - families + joined)
    whole = other + np.bincount(of, weight, len(known))
    parts = weight / whole[of]
    places = pairwise([0, *np.cumsum(sizes).tolist()])
    left = (other / whole).tolist()
    hubs = (families + further > HUB_FAMILIES).tolist()
    return [
        Shares(parts[begin:end], someone_else, hub)
        for (begin, end), someone_else, hub in zip(places, left, hubs, strict=True)
    ]
