"""What a user may set about taking feeds in."""

from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from graph.errors import BadSettings


class IngestSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one ingest.

    Attributes:
        owner: the legal entity that collected the facts.
        region: ISO 3166 code of the country that phone numbers without a country
            code, and tax ids, belong to.
        zone: IANA time zone of sources that give local times without one.
        date_order: ``dmy`` or ``mdy`` for dates of birth such as 03/04/1975 in feeds;
            None reads their year only. Mapped tables find the order in their data.
        site: scope of the cookies, accounts and loyalty cards of the owner's shop.
        session_gap_minutes: a pause that ends a visit.
        idle_lines: lines without a word of a visit or receipt after which it is
            closed, once the feed's clock is past the gap.
        line_limit: bytes of a line or row; longer ones are rejected.
        row_lines: physical lines that one quoted table row may span.
        shared: commit short transactions always, not only while others write.
    """

    owner: str = "default"
    region: str = "UA"
    zone: str = "UTC"
    date_order: Literal["dmy", "mdy"] | None = "dmy"
    site: str = "shop"
    session_gap_minutes: int = 30
    idle_lines: int = 20_000
    line_limit: int = 16 * 2**20
    row_lines: int = 200
    shared: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            BadSettings: naming the setting and its range.
        """
        for name in ("session_gap_minutes", "idle_lines", "line_limit", "row_lines"):
            if getattr(self, name) < 1:
                message = f"the setting {name} must be 1 or more"
                raise BadSettings(message)
        check_zone(self.zone)


def check_zone(name: str) -> ZoneInfo:
    """The time zone of a name.

    Raises:
        BadSettings: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"no time zone {name!r}; write an IANA name such as Europe/Kyiv"
        raise BadSettings(message) from None
