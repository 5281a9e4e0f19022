"""Scores and findings as wire types, with the parties in their reasons named."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api import wire
from api.reads import parties
from graph.model import Finding, Noun, Score
from graph.store import GraphStore

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Judgements:
    """Scores and findings by id."""

    scores: dict[str, wire.ScoreOut]
    findings: dict[str, wire.FindingOut]


def judged(store: GraphStore, found: Sequence[Noun]) -> Judgements:
    """The scores and findings among some nodes."""
    scores = [node for node in found if isinstance(node, Score)]
    findings = [node for node in found if isinstance(node, Finding)]
    names = _names(
        store, [*(s.reasons for s in scores), *(f.evidence for f in findings)]
    )
    return Judgements(
        {score.id: _score(score, names) for score in scores},
        {finding.id: _finding(finding, names) for finding in findings},
    )


def _names(store: GraphStore, lists: Iterable[Sequence[Entry]]) -> dict[str, str]:
    """The names of the parties that reasons or evidence speak of, by id."""
    wanted = (str(e["party"]) for entries in lists for e in entries if "party" in e)
    return {key: party.name for key, party in parties(store, wanted).items()}


def _named(entries: Sequence[Entry], names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {**entry, "name": names[party]}
        if (party := str(entry.get("party"))) in names
        else dict(entry)
        for entry in entries
    ]


def _score(score: Score, names: Mapping[str, str]) -> wire.ScoreOut:
    return wire.ScoreOut(
        kind=score.kind,
        value=score.value,
        low=score.low,
        high=score.high,
        unit=score.unit,
        method=score.method,
        reasons=_named(score.reasons, names),
        stale=bool(score.more.get("stale")),
    )


def _finding(finding: Finding, names: Mapping[str, str]) -> wire.FindingOut:
    return wire.FindingOut(
        id=finding.id,
        kind=finding.kind,
        mood=finding.mood,
        reason=finding.reason,
        confidence=finding.confidence,
        method=finding.method,
        evidence=_named(finding.evidence, names),
    )
