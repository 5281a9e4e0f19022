"""Who is calling: candidates for identifiers as people type them, one or a thousand.

A thousand take as many questions to the store as one: who has what was typed, and what
else it may be that is neither phone nor e-mail.
"""

from collections.abc import Iterator, Mapping, Sequence

from api.claims import Claimed, claimed, counted
from api.reads import identifiers_of
from api.typed import Key, Typed, otherwise, typed
from api.wire_lookup import Lookup
from graph.query import MAX_COUNTED, MAX_LIMIT, Holders
from graph.schema import FRAUD_KINDS
from graph.store import GraphStore
from intelligence.identity.callers import HUB_FAMILIES, Known, Shares, shares, unseen

MOST_VALUES = 1_000
_HOLDERS = 100
"""Holders that are looked at first: enough to tell a family from a hub."""

Held = list[Holders]


def who(store: GraphStore, values: Sequence[str], *, region: str) -> list[Lookup]:
    """Candidates for each value, in the order asked; writes nothing.

    Args:
        store: the store.
        values: phones, e-mails, cards and accounts as people type them. Those of
            ``FRAUD_KINDS`` lead to nobody here.
        region: ISO 3166 region of phone numbers written without a country code.
    """
    once = list(dict.fromkeys(values))
    read = typed(once, region)
    held = _held(store, [one.keys for one in read])
    rest = [
        place for place, one in enumerate(read) if one.text and not _any(held[place])
    ]
    others = _others(store, [read[place].text for place in rest])
    for place, found in zip(rest, _held(store, others), strict=True):
        held[place] = found or held[place]
    told = dict(zip(once, _answers(once, read, held), strict=True))
    return [told[value] for value in values]


def claims_on(
    store: GraphStore, numbers: Sequence[str], *, region: str
) -> list[tuple[list[Claimed], Known]]:
    """What ties parties to each of some phone numbers."""
    read = typed(numbers, region)
    held = _held(store, [one.keys for one in read])
    return _claims(read, held)


def _held(store: GraphStore, keys: Sequence[Sequence[Key]]) -> list[Held]:
    """Who has each of some values; the keys of a value are what it may be."""
    asked = list(dict.fromkeys(key for some in keys for key in some))
    found = store.lookup(asked, limit=_HOLDERS) if asked else []
    known = dict(zip(asked, found, strict=True))
    few = [key for key, one in known.items() if len(one.holders) < one.total]
    few = [key for key in few if not _many(known[key])]
    if few:  # those whom a hundred calls of one of them would hide
        known |= zip(few, store.lookup(few, limit=MAX_LIMIT), strict=True)
    return [[known[key] for key in some] for some in keys]


def _many(found: Holders) -> bool:
    """Whether so many parties hold it that all of them will tell no more."""
    return len({one.party and one.party.id for one in found.holders}) > 4 * HUB_FAMILIES


def _any(held: Held) -> bool:
    return any(one.total for one in held)


def _others(store: GraphStore, texts: Sequence[str]) -> list[list[Key]]:
    """Keys of each text where it is neither phone nor e-mail: as it stands, or bare."""
    forms = otherwise(texts)
    among = {form for some in forms for form in some}
    kinds: dict[str, list[Key]] = {}
    for one in identifiers_of(store, among):
        if one.kind not in FRAUD_KINDS:
            kinds.setdefault(one.value, []).append((one.kind, one.value))
    return [_first(kinds, some) for some in forms]


def _first(kinds: Mapping[str, list[Key]], forms: Sequence[str]) -> list[Key]:
    return next((kinds[form] for form in forms if form in kinds), list[Key]())


def _answers(
    values: Sequence[str],
    read: Sequence[Typed],
    held: Sequence[Held],
) -> list[Lookup]:
    known = _claims(read, held)
    told = shares([one for _, one in known])
    return [
        _answer(value, one, some, claims, shared)
        for value, one, some, (claims, _), shared in zip(
            values, read, held, known, told, strict=True
        )
    ]


def _claims(
    read: Sequence[Typed], held: Sequence[Held]
) -> list[tuple[list[Claimed], Known]]:
    found: list[tuple[list[Claimed], Known]] = []
    for one, some in zip(read, held, strict=True):
        claims = claimed(some)
        home = one.home and some[0].kind == "phone"
        found.append((claims, _known(claims, some, home=home)))
    return found


def _known(claims: Sequence[Claimed], held: Held, *, home: bool) -> Known:
    told = [one.claim for one in claims]
    looked_at = sum(len(one.holders) for one in held)
    further = unseen(told, looked_at, sum(one.total for one in held))
    return Known(told, further, home)


def _answer(
    value: str, read: Typed, held: Held, claims: Sequence[Claimed], shared: Shares
) -> Lookup:
    candidates = [
        one.candidate(probability)
        for one, probability in zip(claims, shared.parties.tolist(), strict=True)
    ]
    if len(candidates) > 1:
        candidates.sort(key=lambda one: (-one.probability, one.party))
    had = _any(held)
    notes = [*read.odd, *(() if had else read.doubt), *_hub(held, claims, shared)]
    notes += _unresolved(held)
    return Lookup(
        value=value if value.isascii() else _encodable(value),
        kind=held[0].kind if held and (had or not read.doubt) else None,
        candidates=candidates,
        someone_else=shared.someone_else,
        hub=shared.hub,
        note="; ".join(notes) or None,
    )


def _encodable(value: str) -> str:
    return value.encode("utf-8", "replace").decode()


def _hub(held: Held, claims: Sequence[Claimed], shared: Shares) -> Iterator[str]:
    if not shared.hub:
        return
    total = sum(one.total for one in held)
    more = " or more" if any(one.total >= MAX_COUNTED for one in held) else ""
    yield (
        f"a hub: {counted(total, 'record')}{more}, of many families; "
        "it tells nobody apart"
    )
    if sum(len(one.holders) for one in held) < total:
        yield f"{counted(len(claims), 'candidate')} of them are listed"


def _unresolved(held: Held) -> Iterator[str]:
    """What has come in since records were last resolved names nobody yet."""
    waiting = sum([one.party for one in some.holders].count(None) for some in held)
    if waiting:
        yield f"{counted(waiting, 'record')} not resolved yet: `closeknit resolve`"
