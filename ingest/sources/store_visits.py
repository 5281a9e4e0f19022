"""Visits to shops as CSV: loyalty swipes, check-ins and beacons, a visit a row.

Columns: visit_id, loyalty_card, store_id, store_name, city, entered_at, left_at,
method, device_id. The format is Closeknit's own: ingest/town/README.md describes it.
"""

from collections.abc import Sequence

from graph.model import Visit
from graph.schema import EdgeKind
from ingest.facts.facts import Facts
from ingest.facts.times import Moment, moment, zone
from ingest.reading.lines import Line
from ingest.sources.loyalty import member
from ingest.sources.receipts import shop
from ingest.sources.source import RowParser, Shape, Source, has_columns, needed

NAME = "store_visits"
NEGATIVE = "negative_duration"


class StoreVisitParser(RowParser):
    """Parses one file of visits."""

    def __init__(self, facts: Facts, header: Sequence[str]) -> None:
        super().__init__(facts, header)
        self._zone = zone(facts.settings.zone)

    def row(self, row: dict[str, str], line: Line) -> bool:
        """Take one visit."""
        del line
        facts = self.facts
        number = needed(row, "visit_id")
        came = moment(needed(row, "entered_at"), self._zone, declared=False)
        text = row.get("left_at", "").strip()
        left = moment(text, self._zone, declared=False).at if text else None
        record = self._visitor(row, came)
        flags = [*came.flags]
        if left is not None and left < came.at:
            flags.append(NEGATIVE)
        method = row.get("method", "").strip()
        visit = Visit(
            id=facts.ids.of("Visit", facts.settings.owner, NAME, number),
            observed_at=came.at,
            offset_minutes=came.offset,
            flags=flags,
            kind="store",
            ended_at=left,
            events=1,
            steps=[{"kind": method}] if method else [],
        )
        facts.event(visit, record)
        if (place := shop(facts, row)) is not None:
            facts.edge(EdgeKind.AT, visit.id, place)
        return True

    def _visitor(self, row: dict[str, str], came: Moment) -> str | None:
        """The record of the card; without one, that of the device."""
        facts, device = self.facts, row.get("device_id", "").strip()
        record = member(facts, row.get("loyalty_card", ""), came)
        if device:
            if record is None:
                record = facts.record(NAME, f"device/{device}")
            facts.bears(record, NAME, {"device": [device]}, came.at)
        return record


SOURCE = Source(
    name=NAME,
    format="visits to shops, CSV",
    documentation="ingest/town/README.md",
    shape=Shape.TABLE,
    recognise=has_columns("visit_id", "loyalty_card", "entered_at"),
    parser=StoreVisitParser,
)
