"""A column of canonical values, and the one loop that computes it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

One = tuple[str | None, tuple[str, ...]]
"""One canonical value (None: nothing readable) and its flags, in a fixed order."""

DISTINCT_LIMIT = 200_000
"""So many distinct texts are remembered within one call, then it starts afresh."""

LONGEST = 2_000
"""Longer texts are no name, address or number: they are flagged, not analysed."""


class Canonical(NamedTuple):
    """Canonical values and flags beside a column of raw texts, all of one length.

    Attributes:
        values: the canonical form, or None where the raw text is blank or unreadable.
        flags: what is odd about each raw text; () where nothing is.
    """

    values: list[str | None]
    flags: list[tuple[str, ...]]


BLANK: One = (None, ())
TOO_LONG: One = (None, ("too_long",))
UNREADABLE: One = (None, ("unreadable",))


def map_column(values: Sequence[str], one: Callable[[str], One]) -> Canonical:
    """Apply ``one`` to each text, once per distinct text.

    Blank texts and texts longer than ``LONGEST`` never reach ``one``.
    """
    known: dict[str, One] = {}
    canonical: list[str | None] = []
    flags: list[tuple[str, ...]] = []
    for text in values:
        found = known.get(text)
        if found is None:
            if len(known) >= DISTINCT_LIMIT:
                known.clear()
            found = known[text] = _guarded(text, one)
        canonical.append(found[0])
        flags.append(found[1])
    return Canonical(canonical, flags)


def _guarded(text: str, one: Callable[[str], One]) -> One:
    if len(text) > LONGEST:
        return TOO_LONG
    return one(text) if text.strip() else BLANK
