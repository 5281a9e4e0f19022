"""Golden attributes of a party with who said what: now, or as of then."""

from datetime import UTC, datetime, time

from api import wire
from api.cards import current_party
from api.events import instant
from graph.errors import BadQuery, NotFound
from graph.ids import parse
from graph.model import Party, Record
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.parties import golden
from intelligence.identity.parties.survivorship import (
    Candidate,
    Survivorship,
    decided_by,
)
from intelligence.jobs.around.membership import members


def microseconds(text: str) -> int:
    """A time as people write it, ISO 8601; a date alone means the end of its day.

    Raises:
        BadQuery: it is none.
    """
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        message = "no time; write 2025-03-01, or 2025-03-01T12:00+02:00"
        raise BadQuery(message) from None
    if len(text.strip()) == len("2025-03-01"):
        when = datetime.combine(when.date(), time.max)
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1_000_000)


def attributes(
    store: GraphStore,
    text: str,
    rules: Survivorship,
    *,
    as_of: int | None = None,
    known_at: int | None = None,
) -> wire.Attributes:
    """What each attribute of a party is, and what else was said of it by whom.

    Args:
        store: what to read.
        text: id of a party, current or old, or of a record.
        rules: which value survives.
        as_of: UTC microseconds; what was observed later is left out.
        known_at: UTC microseconds; what the store learned later is left out, and the
            party holds the records that it held then.

    Raises:
        NotFound: there is, or was then, no such party.
    """
    mark = None if known_at is None else store.watermark(known_at)
    party = _party(store, text, mark)
    owned = store.edges([party], [EdgeKind.OF], direction="in", at=mark)
    told = members(store, [e.source for e in owned], true_at=as_of, known_at=mark)
    spoken = [one for one in told if one.said]
    if not spoken:
        message = "nothing was known of this party then"
        raise NotFound(message)
    nouns = store.get([member.id for member in told])
    keys = {noun.id: noun.key for noun in nouns if isinstance(noun, Record)}
    found = golden.candidates(told, rules)
    return wire.Attributes(
        id=party,
        name=golden.party(spoken, party, "", rules).name,
        as_of=instant(as_of),
        known_at=instant(known_at),
        attributes=[
            _value(name, place, one, (rules, candidates, keys))
            for name, candidates in found.items()
            for place, one in enumerate(candidates)
        ],
    )


def _party(store: GraphStore, text: str, mark: int | None) -> str:
    """The party asked for: as it was at a watermark where it was one then."""
    asked = parse(text)
    if asked and mark is not None and isinstance(store.get([asked], at=mark)[0], Party):
        return asked
    return current_party(store, text).id


def _value(
    attribute: str,
    place: int,
    one: Candidate,
    context: tuple[Survivorship, list[Candidate], dict[str, str]],
) -> wire.AttributeOut:
    rules, candidates, keys = context
    survives = place < golden.kept(attribute)
    return wire.AttributeOut(
        attribute=attribute,
        value=one.value,
        survives=survives,
        rule=decided_by(attribute, candidates, rules) if place == 0 else None,
        said_by=[
            wire.SaidBy(
                source=telling.source,
                key=keys.get(telling.record, ""),
                observed_at=instant(telling.observed_at),
            )
            for telling in one.tellings
        ],
    )
