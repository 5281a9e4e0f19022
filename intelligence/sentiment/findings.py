"""Moods of interactions, and why parties who came or talked did not buy."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np

from graph.model import Value
from graph.snapshot import Snapshot
from intelligence.arrays import Bools, Ints, listed
from intelligence.parties import Parties, doer
from intelligence.sentiment.deeds import read as read_deeds
from intelligence.sentiment.lexicon import REASONS
from intelligence.sentiment.mood import Mood, Reading, read
from intelligence.tables import decoded, texts

METHOD = "baseline"

TALKS = ("call", "note", "transcript", "chat", "message")
"""Interactions by which a party talks with the owner; posts are said to the world."""

EVIDENCE = 5
"""Deeds and words named with a reason, the weightiest."""

QUOTE = 200
"""Letters of a text that are quoted as evidence."""

_SAID_ANGRILY, _SAID = 3.0, 2.0  # what a reason in words weighs, beside deeds.toml
_STAFF = frozenset({"agent", "operator", "staff", "employee", "bot"})


@dataclass(frozen=True)
class Moods:
    """What interactions say: one entry each that has words.

    Attributes:
        interaction: place of each.
        readings: in the same order.
        texts: what was read, in the same order.
        method: how.
    """

    interaction: list[int]
    readings: list[Reading]
    texts: list[str]
    method: str = METHOD


@dataclass(frozen=True)
class Unconverted:
    """A party that visited or talked and never bought.

    Attributes:
        party: place.
        mood: of its words; "unsure" where it said nothing that shows one.
        reason: one of ``lexicon.REASONS``, or None: unsure.
        confidence: 0 to 1.
        evidence: words and deeds with the fact that shows them.
    """

    party: int
    mood: Mood
    reason: str | None
    confidence: float
    evidence: list[dict[str, Value]]


@dataclass
class _Case:
    """What is gathered about one party."""

    reasons: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(REASONS, 0.0)
    )
    moods: Counter[Mood] = field(default_factory=Counter[Mood])
    shown: list[tuple[float, str, dict[str, Value]]] = field(
        default_factory=list[tuple[float, str, dict[str, Value]]]
    )

    def add(self, reason: str, weight: float, evidence: dict[str, Value]) -> None:
        self.reasons[reason] += weight
        self.shown.append((weight, reason, evidence))


def moods(snapshot: Snapshot) -> Moods:
    """Read every interaction that has words.

    Of a talk with turns only the party's own turns are read, where it can be told
    who speaks.
    """
    table = snapshot.nodes("Interaction")
    words = texts(table, "text")
    turns = decoded(table, "turns", list[dict[str, Any]])
    said = [_words(*one) for one in zip(words, turns, strict=True)]
    languages = texts(table, "language")
    kept = [place for place, text in enumerate(said) if text]
    readings = [read(said[place], languages[place]) for place in kept]
    return Moods(kept, readings, [said[place] for place in kept])


def _words(text: str, turns: Sequence[dict[str, Any]]) -> str:
    if text or not turns:
        return text
    own = [one for one in turns if str(one.get("speaker", "")).lower() not in _STAFF]
    return "\n".join(str(one.get("text", "")) for one in own or turns).strip()


def unconverted(
    snapshot: Snapshot, parties: Parties, found: Moods
) -> list[Unconverted]:
    """Parties that visited or talked and of which no sale is known, by place.

    A visitor without a name who shows no reason is left out: nothing can be said of
    him, and he may have bought under another cookie.

    Args:
        snapshot: holds what ``intelligence.parties.MARKETING`` asks for.
        parties: of the snapshot.
        found: the moods of its interactions.
    """
    visitor = doer(snapshot, "Visit", parties)
    talker = doer(snapshot, "Interaction", parties)
    kinds = np.array(texts(snapshot.nodes("Interaction"), "kind"), dtype=np.str_)
    talker[~np.isin(kinds, TALKS)] = -1
    lost = _in_touch(visitor, talker, parties) & ~_buyers(snapshot, parties)
    cases = {party: _Case() for party in listed(np.flatnonzero(lost))}
    _add_words(cases, snapshot.ids("Interaction"), talker, found)
    _add_deeds(cases, snapshot, visitor)
    found_out = [_conclusion(party, cases[party]) for party in cases]
    return [one for one in found_out if one.reason or parties.named[one.party]]


def _in_touch(visitor: Ints, talker: Ints, parties: Parties) -> Bools:
    found = np.zeros(len(parties), dtype=np.bool_)
    found[visitor[visitor >= 0]] = True
    found[talker[talker >= 0]] = True
    return found & ~parties.organization


def _buyers(snapshot: Snapshot, parties: Parties) -> Bools:
    buyer = doer(snapshot, "Purchase", parties)
    kinds = np.array(texts(snapshot.nodes("Purchase"), "kind"), dtype=np.str_)
    found = np.zeros(len(parties), dtype=np.bool_)
    found[buyer[(buyer >= 0) & (kinds == "sale")]] = True
    return found


def _add_words(
    cases: dict[int, _Case], ids: list[str], talker: Ints, found: Moods
) -> None:
    for at, (place, reading) in enumerate(
        zip(found.interaction, found.readings, strict=True)
    ):
        case = cases.get(int(talker[place]))
        if case is None:
            continue
        case.moods[reading.mood] += 1
        if reading.reason and reading.mood != "positive":
            angry = reading.mood == "negative"
            shown: dict[str, Value] = {
                "fact": ids[place],
                "words": list(reading.reason_words),
                "text": found.texts[at][:QUOTE],
            }
            case.add(reading.reason, _SAID_ANGRILY if angry else _SAID, shown)


def _add_deeds(cases: dict[int, _Case], snapshot: Snapshot, visitor: Ints) -> None:
    ids = snapshot.ids("Visit")
    steps = texts(snapshot.nodes("Visit"), "steps")
    decoder = msgspec.json.Decoder(list[dict[str, Any]])
    for place, party in enumerate(listed(visitor)):
        case = cases.get(party)
        if case is None or not steps[place]:
            continue
        for deed in read_deeds(decoder.decode(steps[place])):
            case.add(deed.reason, deed.weight, {"fact": ids[place], **deed.step})


def _conclusion(party: int, case: _Case) -> Unconverted:
    total = sum(case.reasons.values())
    reason = max(REASONS, key=lambda name: case.reasons[name]) if total else None
    shown = [(weight, one) for weight, why, one in case.shown if why == reason]
    shown.sort(key=lambda pair: -pair[0])
    return Unconverted(
        party,
        _mood(case.moods),
        reason,
        round(case.reasons[reason] / (total + 1.0), 6) if reason else 0.0,
        [one for _, one in shown[:EVIDENCE]],
    )


def _mood(heard: Counter[Mood]) -> Mood:
    """The mood of most talks; blame weighs more than praise, and neutral least."""
    order: tuple[Mood, ...] = ("negative", "positive", "neutral")
    best = max(order, key=lambda mood: heard[mood])
    return best if heard[best] else "unsure"
