"""Who of those that are known by an identifier uses it now, and how likely nobody is.

The parties known by a phone number share out its next call in proportion to what ties
them to it; a share is left for somebody else, and it grows with every further family
that the number is known for: so many strangers on one number mean an agent's phone, a
kiosk or a number given away again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from intelligence.arrays import Floats


@dataclass(frozen=True)
class Habits:
    """How people use what identifies them.

    All five were fitted by likelihood on 2,436 calls of a town of 3,000 (seed 11), each
    foretold from what came before it; on 2,464 calls of another (seed 12) the ECE of
    the shares in doubt is .016. ``closeknit eval lookup`` measures and fits them.

    Attributes:
        call: what a call from the number says, beside a record that states it.
        sharpness: exponent of a party's evidence: who has used the number most uses it
            more than in proportion.
        alone: weight of somebody else, on a number of one party.
        family: for each further family that it is known for.
        relative: for each further member of a family.
    """

    call: float = 1.14
    sharpness: float = 1.96
    alone: float = 0.084
    family: float = 6.1
    relative: float = 0.46


FITTED = Habits()

HUB_FAMILIES = 8
"""An identifier known for more families than so many is a hub."""


@dataclass(frozen=True)
class Claim:
    """What ties one party to an identifier.

    Attributes:
        family: equal for members of one family, whatever else it is.
        calls: contacts that came by the identifier.
        statements: records that state it.
    """

    family: str
    calls: int
    statements: int


@dataclass(frozen=True)
class Shares:
    """Of one identifier's next use.

    Attributes:
        parties: probability of each claim's party, shape (n,).
        someone_else: what is left; all of them sum to 1.
        hub: too many families share it to tell anybody from it.
    """

    parties: Floats
    someone_else: float
    hub: bool


def shares(claims: Sequence[Claim], unseen: int = 0, habits: Habits = FITTED) -> Shares:
    """Share out the next use of an identifier.

    Args:
        claims: one a party; each with a call or a statement.
        unseen: further holders that were not looked at; each counts as a family.
        habits: of those who use identifiers.
    """
    families = len({claim.family for claim in claims})
    strangers = max(families + unseen - 1, 0)
    other = habits.alone + habits.family * strangers
    other += habits.relative * (len(claims) - families)
    weight = (
        np.array([habits.call * c.calls + c.statements for c in claims], np.float64)
        ** habits.sharpness
    )
    parties: Floats = weight / (weight.sum() + other)
    return Shares(
        parties,
        someone_else=1.0 - float(parties.sum()),
        hub=families + unseen > HUB_FAMILIES,
    )
