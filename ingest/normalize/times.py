"""Times as UTC microseconds with the original offset.

ISO 8601 and RFC 3339 take the fast path. Everything else goes through the readers of
``dates`` for its date, so that days and months are never guessed here either.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from graph.errors import BadSettings
from ingest.normalize.column import DISTINCT_LIMIT
from ingest.normalize.dates import Orders, find_orders, parse_dates


class Times(NamedTuple):
    """A column of times, all three lists of one length.

    Attributes:
        us: microseconds since 1970-01-01T00:00Z, or None.
        offsets: minutes east of UTC as the source wrote or its zone had it, or None.
        flags: no_zone, date_only, epoch, ambiguous_local, nonexistent_local,
            ambiguous, unreadable, and those of dates.
    """

    us: list[int | None]
    offsets: list[int | None]
    flags: list[tuple[str, ...]]


Time = tuple[int | None, int | None, tuple[str, ...]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_LONGEST = 80
_UNREADABLE: Time = (None, None, ("unreadable",))
_DATE_LENGTH = 10
_NUMBER = re.compile(r"\d{9,16}(?:\.\d{1,6})?")
_LOG_FORMAT = re.compile(r"\[?(\d\d)/(\w{3})/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})\]?")
_CLOCK = re.compile(
    r"^(?P<date>.*?)[T,\s]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?"
    r"(?:[.,](?P<part>\d{1,9}))?\s*(?P<half>[ap]\.?m\.?)?\s*"
    r"(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?$",
    re.IGNORECASE,
)


def parse_times(
    values: Sequence[str], zone: str | None = None, orders: Orders | None = None
) -> Times:
    """Read times; an offset in the text counts more than the declared zone.

    Args:
        values: raw texts: RFC 3339, ISO 8601, ``20.11.2024 18:05``, access-log times,
            seconds, milliseconds or microseconds since 1970 (by their size).
        zone: IANA name of the zone of times that state none. Without it such times are
            not read, and flagged ``no_zone``: a guess would shift facts by hours.
        orders: order of day and month by separator, else found in these values.

    Returns:
        Times. A date without a time is UTC midnight, flagged ``date_only``. Local times
        that happen twice are the first one, flagged ``ambiguous_local``; those that
        a change of clocks skips count by the offset before it (``nonexistent_local``).

    Raises:
        BadSettings: the zone is unknown.
    """
    local = _zone(zone) if zone else None
    known: dict[str, Time] = {}
    times = Times([], [], [])
    for text in values:
        found = known.get(text) or _regular(text, local)
        if found is None:
            orders = _orders(values) if orders is None else orders
            found = _irregular(text.strip(), local, orders)
        if len(known) >= DISTINCT_LIMIT:
            known.clear()
        known[text] = found
        times.us.append(found[0])
        times.offsets.append(found[1])
        times.flags.append(found[2])
    return times


def _orders(values: Sequence[str]) -> Orders:
    dates = [_CLOCK.sub(r"\g<date>", text.strip()[:_LONGEST]) for text in values]
    return find_orders(dates)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"Unknown time zone {name!r}: give an IANA name such as Europe/Kyiv."
        raise BadSettings(message) from error


def _regular(text: str, zone: tzinfo | None) -> Time | None:
    """What needs no knowledge of the column; None for everything else."""
    if not text or text.isspace():
        return None, None, ()
    if len(text) > _LONGEST:
        return _UNREADABLE
    if len(text) <= _DATE_LENGTH:
        return None
    try:
        return _placed(datetime.fromisoformat(text), zone, ())
    except ValueError:
        return None


def _irregular(text: str, zone: tzinfo | None, orders: Orders) -> Time:
    if _NUMBER.fullmatch(text):
        return _since_epoch(text)
    if log := _LOG_FORMAT.fullmatch(text):
        return _on_date(
            f"{log[1]} {log[2]} {log[3]}", f"{log[4]}{log[5]}", None, orders
        )
    clock = _CLOCK.match(text)
    if clock is None or not clock["date"].strip():
        return _date_only(text, orders)
    hour = _hour(int(clock["hour"]), clock["half"])
    seconds = f"{clock['second'] or '00'}.{(clock['part'] or '0')[:6]:0<6}"
    offset = (clock["zone"] or "").upper()
    offset = "+00:00" if offset in {"Z", "UTC", "GMT"} else offset
    return _on_date(
        clock["date"], f"{hour:02}:{clock['minute']}:{seconds}{offset}", zone, orders
    )


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + (12 if half.lower().startswith("p") else 0)


def _since_epoch(text: str) -> Time:
    whole, _, part = text.partition(".")
    scale = 10 ** max(0, 6 - 3 * ((len(whole) - 9) // 3)) if len(whole) > 11 else 10**6  # noqa: PLR2004
    us = int(whole) * scale + (int(f"{part:0<6}") if scale == 10**6 else 0)
    return us, 0, ("epoch",)


def _date_only(text: str, orders: Orders) -> Time:
    dates = parse_dates([text], orders)
    value, flags = dates.values[0], dates.flags[0]
    if value is None or "?" in value:
        return None, None, flags or ("unreadable",)
    us, offset, _ = _placed(datetime.fromisoformat(value), UTC, ())
    return us, offset, (*flags, "date_only")


def _on_date(date: str, clock: str, zone: tzinfo | None, orders: Orders) -> Time:
    dates = parse_dates([date], orders)
    value, flags = dates.values[0], dates.flags[0]
    if value is None or "?" in value:
        return None, None, flags or ("unreadable",)
    try:
        return _placed(datetime.fromisoformat(f"{value}T{clock}"), zone, flags)
    except ValueError:
        return None, None, (*flags, "unreadable")


def _placed(time: datetime, zone: tzinfo | None, flags: tuple[str, ...]) -> Time:
    """The time in UTC; a time without offset is in ``zone``."""
    if time.tzinfo is None:
        if zone is None:
            return None, None, (*flags, "no_zone")
        time = time.replace(tzinfo=zone)
        flags = (*flags, *_oddity(time))
    offset = 0 if time.tzinfo is UTC else (time.utcoffset() or timedelta()) // _MINUTE
    since = time - _EPOCH
    us = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return us, offset, flags


def _oddity(time: datetime) -> tuple[str, ...]:
    """Whether clocks showed this local time twice or never (PEP 495)."""
    first, second = time.utcoffset(), time.replace(fold=1).utcoffset()
    if first is None or second is None or first == second:
        return ()
    return ("ambiguous_local",) if first > second else ("nonexistent_local",)
