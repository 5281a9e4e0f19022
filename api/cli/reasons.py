"""Explained pairs on a terminal."""

from collections.abc import Sequence

from api.cli.output import say, say_table
from graph.model import Record
from graph.store import GraphStore
from intelligence.identity.reviewing.explaining import Explanation, Said
from intelligence.jobs.deciding.explaining import Overruled, Why

FEW = 5
"""Pairs that are written in full; ``--json`` has all."""


def write(store: GraphStore, why: Why) -> None:
    """Write the pairs that hold a party together, or those between two."""
    shown = why.holding or why.pairs
    if not shown:
        say("a single record: there is no pair to explain")
        return
    told = [*shown, *why.decided]
    ends = sorted({end for one in told for end in (one.left, one.right)})
    called = {
        noun.id: f"{noun.source} {noun.key}"
        for noun in store.get(ends)
        if isinstance(noun, Record)
    }
    for told in why.decided:
        _decision(told, called)
    for one in shown[:FEW]:
        _pair(one, called)
    if len(shown) > FEW:
        say(f"… and {len(shown) - FEW} more pairs (--json has all)", "dim")
    say(f"model {why.model}", "dim")


def _decision(told: Overruled, called: dict[str, str]) -> None:
    left, right = called.get(told.left, told.left), called.get(told.right, told.right)
    verdict = "one party" if told.same else "different"
    because = f": {told.why}" if told.why else ""
    say(f"{left}  and  {right}", "bold")
    say(f"decided to be {verdict}, by {told.by}{because}  ({told.decision})")


def _pair(one: Explanation, called: dict[str, str]) -> None:
    left, right = called.get(one.left, one.left), called.get(one.right, one.right)
    chance = one.probability
    say(f"{left}  and  {right}", "bold")
    say(
        f"one party {chance.match:.4f}, relatives {chance.relative:.4f}, "
        f"strangers {chance.stranger:.4f}"
    )
    rows = [("prior", "", _signed(one.prior.match), _signed(one.prior.relative))]
    rows += [
        (p.comparison, p.level, _signed(p.weight.match), _signed(p.weight.relative))
        for p in one.parts
        if p.level
    ]
    rows.append(("sum", "", _signed(one.score.match), _signed(one.score.relative)))
    say_table(("evidence", "outcome", "one party", "relatives"), rows)
    say(f"strangers: prior and sum {_signed(one.score.stranger)}", "dim")
    say_table(("attribute", left, right), [_said(said) for said in one.said])


def _said(said: Said) -> tuple[str, str, str]:
    return (
        said.attribute,
        _written(said.left, said.left_raw),
        _written(said.right, said.right_raw),
    )


def _written(values: Sequence[str], raw: Sequence[str]) -> str:
    """Canonical values, and how they were written where that differs."""
    value, text = ", ".join(values), ", ".join(raw)
    if not value or value == text or not text:
        return value or text
    return f"{value} ({text})"


def _signed(figure: float) -> str:
    return f"{figure:+.2f}"
