"""What ties parties to an identifier, and the words for it."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from api.events import instant
from api.wire_lookup import Candidate, RecordRef
from graph.model import Texts
from graph.query import Holder, Holders, Named
from graph.text import fold
from ingest.sources.cdr import NAME as CALLS
from intelligence.identity.callers import Claim
from intelligence.identity.columns.records import person_name
from intelligence.identity.names.names import family_key

_FAMILY = 5
"""Letters of a family's key: Koval and Kovalska may be husband and wife."""

_NAMES = ("name.", "organization.")
_DAY = 86_400_000_000


class _Called(msgspec.Struct, gc=False):
    """Names among a party's values."""

    given: list[str] = msgspec.field(name="name.given", default_factory=list[str])
    family: list[str] = msgspec.field(name="name.family", default_factory=list[str])
    full: list[str] = msgspec.field(name="name.full", default_factory=list[str])


_called = msgspec.json.Decoder(_Called).decode
_texts = msgspec.json.Decoder(Texts).decode


class Claimed(msgspec.Struct, frozen=True, gc=False):
    """A party, its records that have an identifier, and what they amount to."""

    party: Named
    holders: list[Holder]
    claim: Claim

    def candidate(self, probability: float) -> Candidate:
        """The party as one of those who may be meant."""
        records = [
            RecordRef(one.source, one.key)
            for one in self.holders
            if one.source is not None and one.key is not None
        ]
        if len(records) > 1:
            records.sort(key=lambda one: (one.source, one.key))
        return Candidate(
            self.party.id, self.party.name, probability, records, self._why()
        )

    def _why(self) -> str:
        claim, holders = self.claim, self.holders
        if len(holders) == 1:
            sources = (holders[0].source or "",)
            last = holders[0].last_seen
        else:
            sources = tuple(sorted({one.source or "" for one in holders}))
            last = max([one.last_seen or 0 for one in holders])
        day = last // _DAY if last else None
        return _reason(claim.statements, sources, claim.calls, day)


def claimed(held: Sequence[Holders]) -> list[Claimed]:
    """What is claimed of the same thing, a party each.

    Args:
        held: who has it; several where a text may be more than one identifier.
    """
    parties: dict[str, Named] = {}
    by_party: dict[str, list[Holder]] = {}
    for holder in _each(held):
        party = holder.party
        if party is None or (holder.source == CALLS and _is_unknown(party)):
            continue
        if party.id in parties:
            by_party[party.id].append(holder)
        else:
            parties[party.id] = party
            by_party[party.id] = [holder]
    alone = len(parties) == 1
    return [
        Claimed(party, holders, _claim("" if alone else _family(party), holders))
        for party, holders in zip(parties.values(), by_party.values(), strict=True)
    ]


def counted(number: int, what: str) -> str:
    """So many of something, in words."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")


@lru_cache(maxsize=16_384)
def _reason(
    statements: int, sources: tuple[str, ...], calls: int, day: int | None
) -> str:
    """Why a party may be meant.

    Args:
        statements: records that state the identifier.
        sources: of the records, in order; "" for what is not known.
        calls: contacts that came by it.
        day: of the last of them, since 1970.
    """
    said: list[str] = []
    if statements:
        listed = ", ".join(one for one in sources if one and one != CALLS)
        said.append(f"stated by {counted(statements, 'record')} ({listed})")
    if calls:
        said.append(counted(calls, "call"))
    last = None if day is None else instant(day * _DAY)
    if last is not None:
        said.append(f"last seen {last.date().isoformat()}")
    return ", ".join(said)


def _each(held: Sequence[Holders]) -> Iterable[Holder]:
    """Each record once, though it may have several of what is asked for."""
    if len(held) == 1:
        return held[0].holders
    return {one.record: one for some in held for one in some.holders}.values()


def _is_unknown(party: Named) -> bool:
    """Whether a party has no name: whoever calls without one is no candidate."""
    return not any(name.startswith(_NAMES) for name in _texts(party.values))


def _claim(family: str, holders: Sequence[Holder]) -> Claim:
    likely = [one.probability for one in holders if one.source == CALLS]
    doubt = sum([1 - one for one in likely if one is not None])
    return Claim(family, len(likely), len(holders) - len(likely), doubt)


def _family(party: Named) -> str:
    if party.kind != "person":
        return party.id
    called = _called(party.values)
    given = called.given[0] if called.given else ""
    family = called.family[0] if called.family else ""
    full = called.full[0] if called.full else ""
    return _family_of(given, family, full) or fold(party.name)


@lru_cache(maxsize=65_536)
def _family_of(given: str, family: str, full: str) -> str:
    """What members of one family have in common, by their names; "" for none."""
    said = {"name.given": [given], "name.family": [family], "name.full": [full]}
    _, surname = person_name(said)
    return family_key(surname)[:_FAMILY]
