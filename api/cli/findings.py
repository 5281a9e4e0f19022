"""What the demo found, on a terminal."""

import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from api import wire, words
from api.cli.output import say
from api.highlights import Group, Highlights

FEW = 6
_REASONS = 3


def write(found: Highlights, commands: Sequence[tuple[str, str]]) -> None:
    """Write all findings, then commands: (what they do, how they are typed)."""
    say("Who moves other people", "bold cyan")
    for place, person in enumerate(found.influencers, start=1):
        _influencer(place, person)
    _group("Who lives together", found.household)
    _group("Who works together", found.employer)
    _group("Who is secretly linked", found.linked)
    _visitor(found.unconverted)
    say()
    say("Next", "bold cyan")
    for what, command in commands:
        say(f"  # {what}", "dim")
        say(f"  {command}")


def program() -> str:
    """How the reader calls this program from here."""
    called = Path(sys.argv[0])
    if called.name != "closeknit":
        return f"{shlex.quote(sys.executable)} -m api"
    if shutil.which("closeknit") == str(called):
        return "closeknit"
    if called.is_absolute() and called.is_relative_to(Path.cwd()):
        called = called.relative_to(Path.cwd())
    return shlex.quote(str(called))


def _influencer(place: int, person: wire.Influencer) -> None:
    unit = person.score.unit or "times the average"
    say(f"  {place}. {person.party.name}: {person.score.value:.3g} {unit}")
    for phrase in words.reasons(person.score.reasons)[:_REASONS]:
        say(f"     {phrase}")
    say(f"     {person.party.id}", "dim")


def _group(title: str, group: Group | None) -> None:
    say()
    say(title, "bold cyan")
    if group is None:
        say("  nobody that shows")
        return
    say(f"  {group.name}  {group.id}")
    for phrase in words.reasons(group.evidence)[:_REASONS]:
        say(f"  {phrase}")
    for member in group.members[:FEW]:
        say(f"  - {member.name}  {member.id}")
    if len(group.members) > FEW:
        say(f"  - and {len(group.members) - FEW} more", "dim")


def _visitor(visitor: wire.Unconverted | None) -> None:
    say()
    say("Who came and did not buy", "bold cyan")
    if visitor is None:
        say("  nobody that shows")
        return
    why = visitor.finding.reason or "no reason that shows"
    say(f"  {visitor.party.name}: {why}")
    for phrase in words.reasons(visitor.finding.evidence)[:_REASONS]:
        say(f"     {phrase}")
    say(f"     {visitor.party.id}", "dim")
