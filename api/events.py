"""Reading what parties did, as wire types."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from api import wire
from graph.model import Consent, Event, Interaction, Purchase, Visit
from graph.query import MAX_LIMIT, Around
from graph.schema import EdgeKind
from graph.store import GraphStore

RECENT = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(micros: int | None) -> datetime | None:
    """UTC microseconds as a datetime; None beyond the years 1 to 9999."""
    if micros is None:
        return None
    try:
        return _EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        return None


def recent(
    store: GraphStore, records: Sequence[str], *, limit: int = RECENT
) -> list[wire.EventOut]:
    """What records did last, the newest first, undated things at the end.

    Looks at ``MAX_LIMIT`` things at most: records that did more are robots.
    """
    if not records:
        return []
    start = tuple(records[: MAX_LIMIT // 2])
    around = store.neighbourhood(
        Around(start=start, edges=(EdgeKind.BY,), direction="in", limit=MAX_LIMIT)
    )
    done = [node for node in around.nodes if isinstance(node, Event)]
    done.sort(key=lambda event: (-(event.observed_at or 0), event.id))
    return [event_out(event) for event in done[:limit]]


def event_out(event: Event) -> wire.EventOut:
    """An event for the wire."""
    out = wire.EventOut(
        id=event.id,
        label=type(event).__name__,
        kind=_kind(event),
        at=instant(event.observed_at),
    )
    match event:
        case Interaction():
            out.channel, out.text = event.channel, event.text or _spoken(event)
        case Purchase():
            out.channel, out.amount = event.channel, event.amount
            out.currency = event.currency
        case Consent():
            out.channel = event.channel
        case _:
            pass
    return out


def _kind(event: Event) -> str:
    match event:
        case Visit() | Interaction() | Purchase():
            return event.kind
        case Consent():
            return f"{event.purpose} {event.state}"
        case _:
            return ""


def _spoken(event: Interaction) -> str | None:
    """The turns of a talk in one text."""
    said = [str(turn["text"]) for turn in event.turns if turn.get("text")]
    return " — ".join(said) or None
