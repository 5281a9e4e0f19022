"""Accounts of a loyalty club as CSV, a member a row.

Columns: card_no, registered_at, full_name, phone, email, birth_date, device_id, iban,
city, street, house, flat, marketing_sms, marketing_email (yes or no). The format is
Closeknit's own: ingest/town/README.md describes it.
"""

from collections.abc import Sequence
from typing import Literal

from graph.model import Consent
from ingest.facts.facts import Facts
from ingest.facts.times import Moment, moment, zone
from ingest.reading.lines import Line
from ingest.sources.source import RowParser, Shape, Source, has_columns, needed

NAME = "loyalty"
_ATTRIBUTES = {
    "full_name": "name.full",
    "phone": "phone",
    "email": "email",
    "birth_date": "birth.date",
    "device_id": "device",
    "iban": "iban",
    "city": "address.city",
    "street": "address.street",
    "house": "address.house",
    "flat": "address.flat",
}
_CONSENTS = {"marketing_sms": "sms", "marketing_email": "email"}
_YES = frozenset({"yes", "true", "1", "y"})
_NO = frozenset({"no", "false", "0", "n"})


def member(facts: Facts, card: str, when: Moment) -> str | None:
    """The record of a loyalty card that was seen; None for a blank one."""
    card = card.strip()
    if not card:
        return None
    record = facts.record(NAME, card)
    facts.has(record, f"{facts.settings.site}:loyalty", card, when.at)
    return record


class LoyaltyParser(RowParser):
    """Parses one file of accounts."""

    def __init__(self, facts: Facts, header: Sequence[str]) -> None:
        super().__init__(facts, header)
        self._zone = zone(facts.settings.zone)

    def row(self, row: dict[str, str], line: Line) -> bool:
        """Take one account."""
        del line
        card = needed(row, "card_no")
        when = moment(needed(row, "registered_at"), self._zone, declared=False)
        record = self.facts.record(NAME, card)
        member(self.facts, card, when)
        raw = {name: [row.get(column, "")] for column, name in _ATTRIBUTES.items()}
        self.facts.says(record, NAME, raw, when)
        for column, channel in _CONSENTS.items():
            if word := row.get(column, "").strip().lower():
                self._consent(record, channel, word, when)
        return True

    def _consent(self, record: str, channel: str, word: str, when: Moment) -> None:
        consent = Consent(
            id=self.facts.ids.event("Consent", record, f"{channel}/{when.at}/{word}"),
            observed_at=when.at,
            offset_minutes=when.offset,
            flags=list(when.flags),
            purpose="marketing",
            channel=channel,
            state=_state(word),
        )
        self.facts.event(consent, record)


def _state(word: str) -> Literal["granted", "denied", "unknown"]:
    if word in _YES:
        return "granted"
    return "denied" if word in _NO else "unknown"


SOURCE = Source(
    name=NAME,
    format="accounts of a loyalty club, CSV",
    documentation="ingest/town/README.md",
    shape=Shape.TABLE,
    recognise=has_columns("card_no", "registered_at"),
    parser=LoyaltyParser,
)
