"""Agents' notes and transcripts of calls, one JSON object a line.

``{"uniqueid", "kind": "note" | "transcript", "at", "agent": {"id", "name"},
"caller_name", "account", "outcome", "language", "turns": [{"speaker", "at", "text"}] |
"text"}``; uniqueid is the call's in Asterisk, and so is the record. The format is
Closeknit's own: ingest/town/README.md describes it.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from graph.model import Interaction, Value
from graph.schema import EdgeKind
from ingest.facts.facts import Facts
from ingest.facts.times import moment, zone
from ingest.reading.lines import Line
from ingest.rejects import check_parts
from ingest.sources.cdr import NAME as CALLS
from ingest.sources.json_lines import content_of, decoded, keys_of
from ingest.sources.source import Head, Parser, Shape, Source

NAME = "notes"


class Agent(msgspec.Struct, gc=False):
    """Who served the caller."""

    id: str
    name: str | None = None


class Turn(msgspec.Struct, gc=False):
    """What one of the two said."""

    speaker: str
    text: str
    at: str | None = None


class Note(msgspec.Struct, gc=False):
    """One line."""

    uniqueid: str
    kind: Literal["note", "transcript"]
    at: str
    agent: Agent | None = None
    caller_name: str | None = None
    account: str | None = None
    outcome: str | None = None
    language: str | None = None
    text: str | None = None
    turns: list[Turn] = []


class NoteParser(Parser):
    """Parses one file of notes."""

    def __init__(self, facts: Facts, _header: Sequence[str]) -> None:
        super().__init__(facts)
        self._decode = msgspec.json.Decoder(Note).decode
        self._zone = zone(facts.settings.zone)

    def take(self, line: Line) -> bool:
        """Take one note or transcript."""
        note = decoded(self._decode, line.data)
        facts = self.facts
        when = moment(note.at, self._zone, declared=False)
        check_parts(len(note.turns), facts.settings.parts)
        turns = [self._turn(turn) for turn in note.turns]
        own = f"{note.kind}/{when.at}/{content_of(line.data):016x}"
        record = facts.record(CALLS, note.uniqueid)
        talk = Interaction(
            id=facts.ids.event("Interaction", record, own),
            observed_at=when.at,
            offset_minutes=when.offset,
            flags=list(when.flags),
            kind=note.kind,
            channel="phone",
            text=note.text,
            language=note.language,
            outcome=note.outcome,
            turns=turns,
        )
        facts.event(talk, record)
        if note.agent is not None:
            name = {"name.full": [note.agent.name]} if note.agent.name else None
            facts.edge(EdgeKind.HANDLED_BY, talk.id, facts.agent(note.agent.id, name))
        if note.caller_name:
            facts.says(record, CALLS, {"name.full": [note.caller_name]}, when)
        if note.account:
            kind = f"{facts.settings.site}:account"
            facts.has(record, kind, note.account, when.at)
        return True

    def _turn(self, turn: Turn) -> dict[str, Value]:
        at = moment(turn.at, self._zone).at if turn.at else None
        return {"speaker": turn.speaker, "at": at, "text": turn.text}


def _recognise(head: Head) -> bool:
    return any({"uniqueid", "kind"} <= keys_of(line) for line in head.lines)


SOURCE = Source(
    name=NAME,
    format="call notes and transcripts, JSON lines",
    documentation="ingest/town/README.md",
    shape=Shape.LINES,
    recognise=_recognise,
    parser=NoteParser,
)
