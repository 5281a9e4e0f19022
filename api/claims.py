"""What ties parties to an identifier, and the words for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.events import instant
from api.wire_lookup import Candidate, RecordRef
from graph.query import Holder, Holders, Named
from graph.text import fold
from ingest.sources.cdr import NAME as CALLS
from intelligence.identity.callers import Claim
from intelligence.identity.columns.records import person_name
from intelligence.identity.names.names import family_key

_FAMILY = 5
"""Letters of a family's key: Koval and Kovalska may be husband and wife."""

_NAMES = ("name.", "organization.")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A party, its records that have an identifier, and what they amount to."""

    party: Named
    holders: list[Holder]
    claim: Claim

    def candidate(self, probability: float) -> Candidate:
        """The party as one of those who may be meant."""
        return Candidate(
            party=self.party.id,
            name=self.party.name,
            probability=probability,
            records=[
                RecordRef(source, key) for source, key in sorted(_known(self.holders))
            ],
            why=self._why(),
        )

    def _why(self) -> str:
        claim, said = self.claim, list[str]()
        if claim.statements:
            stating = {one.source for one in self.holders if one.source}
            sources = ", ".join(sorted(stating - {CALLS}))
            said.append(f"stated by {counted(claim.statements, 'record')} ({sources})")
        if claim.calls:
            said.append(counted(claim.calls, "call"))
        last = instant(max(one.last_seen or 0 for one in self.holders) or None)
        if last is not None:
            said.append(f"last seen {last.date().isoformat()}")
        return ", ".join(said)


def claimed(held: Sequence[Holders]) -> list[Claimed]:
    """What is claimed of the same thing, a party each.

    Args:
        held: who has it; several where a text may be more than one identifier.
    """
    by_party: dict[str, list[Holder]] = {}
    parties: dict[str, Named] = {}
    for holder in _each(held):
        party = holder.party
        if party is not None and not _unknown(party, holder):
            parties[party.id] = party
            by_party.setdefault(party.id, []).append(holder)
    alone = len(by_party) == 1
    return [
        Claimed(party, held, _claim("" if alone else _family(party), held))
        for party, held in zip(parties.values(), by_party.values(), strict=True)
    ]


def counted(number: int, what: str) -> str:
    """So many of something, in words."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _each(held: Sequence[Holders]) -> Iterable[Holder]:
    """Each record once, though it may have several of what is asked for."""
    if len(held) == 1:
        return held[0].holders
    return {one.record: one for some in held for one in some.holders}.values()


def _unknown(party: Named, holder: Holder) -> bool:
    """Whether a holder is a call of somebody who gave no name: no candidate."""
    return holder.source == CALLS and not any(
        name.startswith(_NAMES) for name in party.values
    )


def _known(holders: Sequence[Holder]) -> Iterable[tuple[str, str]]:
    for one in holders:
        if one.source is not None and one.key is not None:
            yield one.source, one.key


def _claim(family: str, holders: Sequence[Holder]) -> Claim:
    calls = sum(one.source == CALLS for one in holders)
    return Claim(family, calls, len(holders) - calls)


def _family(party: Named) -> str:
    if party.kind != "person":
        return party.id
    _, surname = person_name(party.values)
    return family_key(surname)[:_FAMILY] or fold(party.name)
