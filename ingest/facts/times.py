"""Times of events: UTC microseconds, the source's offset, and what is doubtful."""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from ingest.rejects import BadLineError

SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FOREVER = 2**63 - 1
"""No time is later."""
_EARLIEST = -2_208_988_800 * SECOND
"""The year 1900."""

DATE_ONLY = "date_only"
ZONE_ASSUMED = "no_zone"
TIME_AMBIGUOUS = "ambiguous_local"


class Moment(msgspec.Struct, frozen=True, gc=False):
    """When something was true.

    Attributes:
        at: UTC microseconds.
        offset: the source's minutes east of UTC, None where it gave none.
        flags: ``date_only``, ``no_zone`` or ``ambiguous_local``.
    """

    at: int
    offset: int | None
    flags: tuple[str, ...] = ()


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name."""
    return ZoneInfo(name)


def moment(text: str, local: tzinfo, *, declared: bool = True) -> Moment:
    """Read an ISO 8601 time.

    Args:
        text: a date or a date and time, with or without an offset.
        local: the zone of times that come without an offset.
        declared: somebody stated that zone; otherwise it is flagged as assumed.

    Raises:
        BadLineError: it is no such time.
    """
    text = text.strip()
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise BadLineError("time", "a time that is not ISO 8601") from None
    if when.tzinfo is UTC:
        return Moment(micros(when), 0)
    if when.tzinfo is not None:
        return Moment(micros(when), offset_minutes(when))
    if len(text) <= len("2026-01-01"):
        return Moment(micros(when.replace(tzinfo=UTC)), None, (DATE_ONLY,))
    return in_zone(when, local, declared=declared)


def in_zone(when: datetime, local: tzinfo, *, declared: bool = True) -> Moment:
    """A local time as a moment; flagged where the clocks were turned around it."""
    first = when.replace(tzinfo=local)
    flags = () if declared else (ZONE_ASSUMED,)
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        flags += (TIME_AMBIGUOUS,)
    return Moment(micros(first), offset_minutes(first), flags)


def check_time(at: int | None, latest: int) -> None:
    """Refuse a time that no source can have seen.

    Raises:
        BadLineError: it lies before 1900 or after ``latest``.
    """
    if at is None or _EARLIEST <= at <= latest:
        return
    what = "in the future" if at > latest else "before 1900"
    raise BadLineError("time", f"a time {what}")


def micros(when: datetime) -> int:
    """UTC microseconds of a time with a zone."""
    since = when - _EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def offset_minutes(when: datetime) -> int:
    """Minutes east of UTC."""
    if when.tzinfo is UTC:
        return 0
    offset = when.utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) // 60


def latest_time(future_hours: int, now: int) -> int:
    """The latest time that an event may have; both in UTC microseconds."""
    return now + future_hours * 3_600 * SECOND if future_hours else FOREVER
