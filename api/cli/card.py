"""A party's card on a terminal."""

from collections.abc import Iterable, Sequence

from api import wire, words
from api.cli.output import say

FEW = 8
"""Lines of a section; ``--json`` has all."""


def write(card: wire.PartyCard, links: Sequence[wire.Link]) -> None:
    """Write all sections that hold something."""
    say(f"{card.name}  ({card.kind})", "bold")
    say(f"id {card.id}", "dim")
    if card.asked_for:
        say(f"{card.asked_for} belongs to it", "dim")
    _section("also", [name for name in card.names if name != card.name])
    _section("known by", map(_identifier, card.identifiers))
    for household in card.households:
        _section(
            f"lives at {household.address or household.name} with",
            [_party(m) for m in household.members if m.id != card.id],
        )
    _section("works for", map(_employer, card.employers))
    _section("ties", map(_tie, card.ties))
    for score in card.scores:
        _section(_score(score), words.reasons(score.reasons))
    for finding in card.findings:
        _section(_finding(finding), words.reasons(finding.evidence))
    for link in links:
        _section(f"linked with {_party(link.party)}", words.reasons(link.shared))
    _section("did last", map(words.event, card.recent))
    _section("records", map(_record, card.records))


def _section(title: str, entries: Iterable[str]) -> None:
    lines = list(entries)
    if not lines:
        return
    say(title, "bold cyan")
    for line in lines[:FEW]:
        say(f"  {line}")
    if len(lines) > FEW:
        say(f"  … and {len(lines) - FEW} more (--json has all)", "dim")


def _party(party: wire.PartySummary) -> str:
    return f"{party.name}  {party.id}"


def _identifier(known: wire.IdentifierOut) -> str:
    seen = f", last seen {words.day(known.last_seen)}" if known.last_seen else ""
    records = "1 record" if known.records == 1 else f"{known.records} records"
    return f"{known.kind} {known.value}  ({records}{seen})"


def _employer(employer: wire.EmployerOut) -> str:
    title = f"  {employer.title}" if employer.title else ""
    return f"{_party(employer.party)}{title}"


def _tie(tie: wire.TieOut) -> str:
    arrow = "→" if tie.outgoing else "←"
    strength = "" if tie.strength is None else f"  strength {tie.strength:.2f}"
    return f"{arrow} {tie.kind}  {_party(tie.party)}{strength}"


def _score(score: wire.ScoreOut) -> str:
    unit = f" {score.unit}" if score.unit else ""
    spread = ""
    if score.low is not None and score.high is not None:
        spread = f" ({score.low:.4g} to {score.high:.4g})"
    stale = "  stale: records have come or gone since" if score.stale else ""
    return f"{score.kind} {score.value:.4g}{unit}{spread}  method {score.method}{stale}"


def _finding(finding: wire.FindingOut) -> str:
    reason = f", {finding.reason}" if finding.reason else ""
    return f"{finding.kind}: {finding.mood}{reason}  method {finding.method}"


def _record(record: wire.RecordOut) -> str:
    certain = "" if record.probability is None else f"  p {record.probability:.3f}"
    return f"{record.source} {record.key}{certain}"


def write_attributes(found: wire.Attributes) -> None:
    """Write every attribute: what survives, what does not, and who says it."""
    say(found.name, "bold")
    say(f"id {found.id}", "dim")
    last = ""
    for one in found.attributes:
        if one.attribute != last:
            say(one.attribute + (f"  ({one.rule})" if one.rule else ""), "bold cyan")
        last = one.attribute
        who = ", ".join(map(_said_by, one.said_by[:FEW]))
        more = "" if len(one.said_by) <= FEW else f" and {len(one.said_by) - FEW} more"
        mark = "*" if one.survives else " "
        say(f"{mark} {one.value}  {who}{more}", "" if one.survives else "dim")


def _said_by(one: wire.SaidBy) -> str:
    when = f" {words.day(one.observed_at)}" if one.observed_at else ""
    return f"{one.source} {one.key}{when}"
