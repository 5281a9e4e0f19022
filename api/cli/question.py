"""One question of the queue on a terminal: both records side by side, and why."""

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api import wire_reviews as wire
from api.cli.output import clean
from api.words import money

KEYS = (
    ("s", "same"), ("d", "different"), ("u", "unsure"), ("z", "undo"), ("q", "quit"),
)  # fmt: skip
"""What a single key does."""

_STRONG = 3.0
"""Log weights beyond this are shown as strong."""


def screen(question: wire.ReviewOut, heading: str, done: str = "") -> RenderableType:
    """All that a steward is shown at once.

    Args:
        question: what is asked.
        heading: how far the steward is.
        done: what the last key did.
    """
    return Group(
        Text(clean(heading), "dim"),
        Text(_now(question), "bold"),
        Text(_moves(question)),
        Text(),
        _sides(question),
        Text(),
        _evidence(question.pair),
        Text(),
        Text(clean(done), "yellow") if done else Text(),
        _keys(),
    )


def shown(console: Console, what: RenderableType) -> None:
    """Show a screen in the place of the one before."""
    console.clear()
    console.print(Padding(what, (0, 1)))


def _now(question: wire.ReviewOut) -> str:
    sure = f"{question.probability:.0%}"
    if question.together:
        return f"One party now. Does the left record belong to it? {sure} that it does"
    return f"Two parties now. Are they one? {sure} that they are"


def _moves(question: wire.ReviewOut) -> str:
    held = _held(question.records, question.money)
    one = question.records == 1 and not question.money
    if question.together:
        return f"If they are different, {held} {'leaves' if one else 'leave'}"
    return f"If they are the same, {held} {'moves' if one else 'move'}"


def _held(records: int, spent: dict[str, int]) -> str:
    told = [f"{records:,} record{'' if records == 1 else 's'}"]
    told += [money(amount, currency) for currency, amount in sorted(spent.items())]
    return " and ".join(told)


def _sides(question: wire.ReviewOut) -> Table:
    """What both records say: alike in green, unlike in red, how written in brackets.

    Beside them the golden attributes of their parties, where these have more records.
    """
    table = Table(box=None, pad_edge=False, header_style="", expand=False)
    table.add_column("")
    for side in (question.left, question.right):
        table.add_column(_head(side), overflow="fold")
    whole = [question.left] if question.together else [question.left, question.right]
    whole = [side for side in whole if side.records > 1]
    for side in whole:
        head = clean(f"all of {side.party.name}") + f"\n{_held(side.records, {})}"
        table.add_column(Text(head, "dim"), overflow="fold")
    for said in question.pair.said:
        style = ""
        if said.left and said.right:
            style = "green" if set(said.left) & set(said.right) else "red"
        table.add_row(
            Text(clean(said.attribute), "dim"),
            _written(said.left, said.left_raw, style),
            _written(said.right, said.right_raw, style),
            *(Text(_golden(side, said.attribute), "dim") for side in whole),
        )
    return table


def _head(side: wire.ReviewSide) -> Text:
    head = Text(clean(f"{side.record.source} {side.record.key}"), "bold")
    party = f"{side.party.name}, {_held(side.records, side.money)}"
    return head.append(f"\n{clean(party)}", "not bold dim")


def _golden(side: wire.ReviewSide, attribute: str) -> str:
    return clean(", ".join(side.values.get(attribute, [])))


def _written(values: Sequence[str], raw: Sequence[str], style: str) -> Text:
    value, written = clean(", ".join(values)), clean(", ".join(raw))
    if not value or not written or value == written:
        return Text(value or written, style)
    return Text(value, style).append(f" ({written})", "dim")


def _evidence(pair: wire.PairOut) -> Table:
    """What speaks for one party, and what for relatives, strangers being at nought."""
    table = Table(box=None, pad_edge=False, header_style="dim", expand=False)
    for name in ("evidence", "outcome"):
        table.add_column(name)
    for name in ("one party", "relatives", "strangers"):
        table.add_column(name, justify="right")
    _weights(table, "before any", "", pair.prior)
    for part in pair.parts:
        if part.level:
            _weights(table, part.comparison, part.level, part.weight)
    chance = pair.probability
    table.add_row(
        Text("these two records alone"),
        "",
        *(f"{one:.1%}" for one in (chance.match, chance.relative, chance.stranger)),
        style="bold",
    )
    return table


def _weights(table: Table, name: str, outcome: str, log: wire.ClassesOut) -> None:
    table.add_row(
        Text(clean(name)), Text(clean(outcome)),
        *(_signed(one) for one in (log.match, log.relative, log.stranger)),
    )  # fmt: skip


def _signed(figure: float) -> Text:
    style = "green" if figure >= _STRONG else "red" if figure <= -_STRONG else ""
    return Text(f"{figure:+.2f}", style)


def _keys() -> Text:
    told = Text()
    for key, name in KEYS:
        told.append(f"[{key}]", "bold cyan").append(f" {name}   ")
    return told
