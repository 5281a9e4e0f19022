"""Who is calling: candidates for identifiers as people type them, one or a thousand."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from api import wire
from api.events import instant
from api.lookup import like_phone
from api.reads import nouns
from graph.model import Identifier, Noun, Party, Record
from graph.query import MAX_COUNTED, Find, Holder, Holders
from graph.schema import FRAUD_KINDS
from graph.store import GraphStore
from graph.text import fold
from ingest.normalize.emails import emails
from ingest.normalize.phones import phones
from ingest.sources.cdr import NAME as CALLS
from intelligence.identity.callers import Claim, Shares, shares
from intelligence.identity.names import family_key
from intelligence.identity.records import person_name

MOST_VALUES = 1_000
_HOLDERS = 100
_MOST_BYTES = 2_000  # of a value that an index holds
_FAMILY = 5
"""Letters of a family's key: Koval and Kovalska may be husband and wife."""

Key = tuple[str, str]


def who(store: GraphStore, values: Sequence[str], *, region: str) -> list[wire.Lookup]:
    """Candidates for each value, in the order asked; writes nothing.

    Args:
        store: the store.
        values: phones and e-mails as people type them, or other identifiers in their
            canonical form. Those of ``FRAUD_KINDS`` lead to nobody here.
        region: ISO 3166 region of phone numbers written without a country code.
    """
    keys = _keys(store, values, region)
    asked = sorted({key for one in keys for key in one})
    found = store.lookup(asked, limit=_HOLDERS) if asked else []
    held = {(one.kind, one.value): one for one in found}
    holders = [holder for one in found for holder in one.holders]
    known = nouns(store, (h.record for h in holders))
    known |= nouns(store, (h.party for h in holders if h.party))
    return [
        _answer(value, [held[key] for key in mine], known)
        for value, mine in zip(values, keys, strict=True)
    ]


def _keys(store: GraphStore, values: Sequence[str], region: str) -> list[list[Key]]:
    """(kind, canonical value) of what each text may be."""
    texts = [v.encode("utf-8", "replace").decode("utf-8").strip() for v in values]
    texts = [text if len(text.encode()) <= _MOST_BYTES else "" for text in texts]
    mails = [place for place, text in enumerate(texts) if "@" in text]
    dials = [place for place, text in enumerate(texts) if like_phone(text)]
    keys: list[list[Key]] = [[] for _ in texts]
    for kind, places, canonical in (
        ("email", mails, emails([texts[p] for p in mails]).values),
        ("phone", dials, phones([texts[p] for p in dials], region).values),
    ):
        for place, value in zip(places, canonical, strict=True):
            if value:
                keys[place].append((kind, value))
    for place, text in enumerate(texts):
        if text and not keys[place]:
            keys[place].extend(_others(store, text))
    return keys


def _others(store: GraphStore, text: str) -> Iterable[Key]:
    same = store.find(Find(label="Identifier", attribute="value", equals=text))
    found = (node for node in same if isinstance(node, Identifier))
    return ((i.kind, i.value) for i in found if i.kind not in FRAUD_KINDS)


def _answer(
    value: str, found: Sequence[Holders], known: dict[str, Noun]
) -> wire.Lookup:
    total = sum(one.total for one in found)
    seen = sum(len(one.holders) for one in found)
    by_party: defaultdict[str, list[Holder]] = defaultdict(list)
    for one in found:
        for holder in one.holders:
            if holder.party and not _unknown(known.get(holder.party), holder, known):
                by_party[holder.party].append(holder)
    named = {
        party: (noun, by_party[party])
        for party in by_party
        if isinstance(noun := known.get(party), Party)
    }
    claims = [_claim(noun, held, known) for noun, held in named.values()]
    shared = shares(claims, unseen=total - seen)
    candidates = [
        _candidate(noun, held, claim, probability, known)
        for (noun, held), claim, probability in zip(
            named.values(), claims, shared.parties.tolist(), strict=True
        )
    ]
    candidates.sort(key=lambda one: (-one.probability, one.party))
    return wire.Lookup(
        value=value,
        kind=found[0].kind if found else None,
        candidates=candidates,
        someone_else=shared.someone_else,
        hub=shared.hub,
        note=_note(shared, total),
    )


def _unknown(party: Noun | None, holder: Holder, known: dict[str, Noun]) -> bool:
    """Whether a holder is a call of somebody who gave no name: no candidate."""
    record = known.get(holder.record)
    nameless = isinstance(party, Party) and not any(
        name.startswith(("name.", "organization.")) for name in party.values
    )
    return nameless and isinstance(record, Record) and record.source == CALLS


def _records(held: Sequence[Holder], known: dict[str, Noun]) -> list[Record]:
    found = (known.get(holder.record) for holder in held)
    return sorted(
        (one for one in found if isinstance(one, Record)),
        key=lambda one: (one.source, one.key),
    )


def _claim(party: Party, held: Sequence[Holder], known: dict[str, Noun]) -> Claim:
    calls = sum(one.source == CALLS for one in _records(held, known))
    family = party.id
    if party.kind == "person":
        _, surname = person_name(party.values)
        family = family_key(surname)[:_FAMILY] or fold(party.name)
    return Claim(family, calls, len(held) - calls)


def _candidate(
    party: Party,
    held: Sequence[Holder],
    claim: Claim,
    probability: float,
    known: dict[str, Noun],
) -> wire.Candidate:
    records = _records(held, known)
    return wire.Candidate(
        party=party.id,
        name=party.name,
        probability=probability,
        records=[wire.RecordRef(source=r.source, key=r.key) for r in records],
        why=_why(claim, records, held),
    )


def _why(claim: Claim, records: Sequence[Record], held: Sequence[Holder]) -> str:
    said: list[str] = []
    if claim.statements:
        sources = ", ".join(sorted({r.source for r in records if r.source != CALLS}))
        said.append(f"stated by {_counted(claim.statements, 'record')} ({sources})")
    if claim.calls:
        said.append(_counted(claim.calls, "call"))
    last = instant(max((h.last_seen or 0 for h in held), default=0) or None)
    if last is not None:
        said.append(f"last seen {last.date().isoformat()}")
    return ", ".join(said)


def _note(shared: Shares, total: int) -> str | None:
    if not shared.hub:
        return None
    more = " or more" if total >= MAX_COUNTED else ""
    counted = _counted(total, "record") + more
    return f"a hub: {counted}, of many families; it tells nobody apart"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")
