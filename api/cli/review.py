"""``review``: a steward's queue, question by question, by single keys."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

import typer
from rich.console import Console

from api import reviewing, stewards
from api import wire_reviews as wire
from api.cli.keys import Keys, keys
from api.cli.output import JsonOption, StoreOption, opened, print_json, say
from api.cli.question import KEYS, screen, shown
from api.cli.steward import ByOption, WhyOption, steward_of
from graph.errors import BadQuery, Refused
from graph.store import GraphStore
from intelligence.jobs.deciding import reviews
from intelligence.jobs.runs.running import holder

LISTED = 20
"""Questions that ``--json`` lists where no limit is given."""

_LAYOUTS = dict(zip("івгяйы", "sduzqs", strict=True))
"""The same keys on a keyboard that writes Ukrainian or Russian."""


def review(
    limit: Annotated[
        int | None, typer.Option(min=1, help="Questions to ask, or to list.")
    ] = None,
    why: WhyOption = "reviewed",
    by: ByOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Judge pairs that the last run doubts, those first that change most.

    Each key takes effect at once: s same, d different, u unsure, z undo, q quit.
    """
    if json:
        with opened(store, read_only=True) as graph:
            found = reviewing.listed(graph, limit or LISTED)
        print_json([one.model_dump() for one in found])
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        message = (
            "review asks by single keys and needs a terminal; --json lists the queue, "
            "`closeknit decide` decides without one"
        )
        raise BadQuery(message)
    steward = steward_of(by, why)
    with opened(store) as graph:
        desk = reviews.Desk(steward.by, holder())
        try:
            with keys() as pressed:
                told = _Session(graph, steward, desk, limit).run(pressed)
            say(told, "bold")
        finally:
            reviews.release(graph, desk)


@dataclass
class _Session:
    """A steward at work.

    Attributes:
        store: where decisions go.
        steward: who decides.
        desk: whose claims are made.
        limit: questions to answer; None for all.
        undo: what takes back each answer, the last one at the end.
        counted: answers by kind.
        said: what the last key did.
    """

    store: GraphStore
    steward: stewards.Steward
    desk: reviews.Desk
    limit: int | None
    undo: list[tuple[str, Callable[[], object]]] = field(
        default_factory=list["tuple[str, Callable[[], object]]"]
    )
    counted: dict[str, int] = field(default_factory=dict[str, int])
    said: str = ""

    def run(self, pressed: Keys) -> str:
        """Ask until there is nothing left, or the steward quits; tells the sum."""
        console = Console(highlight=False)
        while self.limit is None or len(self.undo) < self.limit:
            found = reviewing.listed(self.store, 1, self.desk)
            if not found:
                return self._sum("nothing is left to ask; ")
            pressed.forget()  # a key counts for what was on the screen
            shown(console, screen(found[0], self._heading(), self.said))
            action = _action(pressed)
            if action == "quit":
                return self._sum("")
            self._do(action, found[0])
        return self._sum("")

    def _heading(self) -> str:
        number = len(self.undo) + 1
        of = f" of {self.limit}" if self.limit else ""
        return f"question {number}{of}  ·  {self.steward.by}"

    def _do(self, action: str, asked: wire.ReviewOut) -> None:
        try:
            if action == "undo":
                self._take_back()
            elif action == "unsure":
                self._doubt(asked)
            else:
                self._decide(action, asked)
        except Refused as error:  # contradicted, or others keep deciding: ask again
            self.said = str(error)

    def _decide(self, action: str, asked: wire.ReviewOut) -> None:
        left, right = asked.left.record.id, asked.right.record.id
        same = action == "same"
        done = self.steward.pair(self.store, left, right, same=same)
        self._done(action, lambda: self.steward.withdraw(self.store, done.decision))

    def _doubt(self, asked: wire.ReviewOut) -> None:
        pair = asked.left.record.id, asked.right.record.id
        by = self.steward.by
        reviews.unsure(self.store, pair, by, is_so=True)
        self._done("unsure", lambda: reviews.unsure(self.store, pair, by, is_so=False))

    def _done(self, action: str, undo: Callable[[], object]) -> None:
        self.undo.append((action, undo))
        self.counted[action] = self.counted.get(action, 0) + 1
        self.said = f"{action}; z takes it back"

    def _take_back(self) -> None:
        if not self.undo:
            self.said = "there is nothing to undo"
            return
        action, undo = self.undo[-1]
        undo()
        self.undo.pop()
        self.counted[action] -= 1
        self.said = f"{action} was taken back"

    def _sum(self, before: str) -> str:
        told = [
            f"{self.counted[name]} {name}" for _, name in KEYS if self.counted.get(name)
        ]
        return before + (", ".join(told) if told else "nothing decided")


def _action(pressed: Keys) -> str:
    """What the next key that means something asks for."""
    actions = dict(KEYS)
    typed = actions | {key: actions[same] for key, same in _LAYOUTS.items()}
    typed |= {key.upper(): name for key, name in typed.items()}
    return typed.get(pressed.pressed(typed), "quit")
