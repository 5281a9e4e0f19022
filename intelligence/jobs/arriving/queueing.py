"""Many callers, one clerk: what waits while one transaction is written shares the next.

A commit to disk takes longer than deciding a record, and commits of one store take
turns anyway. The clerk is a thread that lives while somebody asks. Who has his answer
goes; what is to be done after it, the clerk does when nobody waits.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from graph.errors import CloseknitError

logger = logging.getLogger(__name__)

_BREATH = 0.001
"""Seconds between two pieces of what is done while nobody asks: others may want what it
holds, and who lets go of a lock and takes it again at once is the first to get it."""

Q = TypeVar("Q")
A = TypeVar("A")


@dataclass
class _Ticket(Generic[Q, A]):
    question: Q
    done: threading.Event = field(default_factory=threading.Event)
    answer: list[A] = field(default_factory=list[A])
    error: BaseException | None = None


def _nothing() -> bool:
    """What is done afterwards by default."""
    return False


class Queue(Generic[Q, A]):
    """Serves questions of several threads, a few at a time.

    Args:
        serve: answers some questions in their order, all or none of them.
        most: how many at a time.
        afterwards: done when all who asked have their answers, and again while it says
            that there is more to do and nobody asks; what it fails with is logged, for
            nobody waits for it.
    """

    def __init__(
        self,
        serve: Callable[[Sequence[Q]], Sequence[A]],
        most: int,
        afterwards: Callable[[], bool] = _nothing,
    ) -> None:
        self._serve = serve
        self._most = most
        self._afterwards = afterwards
        self._waiting: list[_Ticket[Q, A]] = []
        self._lock = threading.Lock()
        self._has_clerk = False

    def ask(self, question: Q) -> A:
        """Wait for the answer to a question.

        Raises:
            BaseException: what answering this question alone raises.
        """
        ticket = _Ticket[Q, A](question)
        self._see_to([ticket])
        ticket.done.wait()
        if ticket.error is not None:
            raise ticket.error
        return ticket.answer[0]

    def see_to_the_rest(self) -> None:
        """Have done what is done afterwards, although nobody has asked."""
        self._see_to([])

    def _see_to(self, tickets: Sequence[_Ticket[Q, A]]) -> None:
        with self._lock:
            self._waiting += tickets
            hired, self._has_clerk = not self._has_clerk, True
        if hired:
            self._hire()

    def _hire(self) -> None:
        try:
            threading.Thread(target=self._clerk, name="clerk").start()
        except RuntimeError as error:  # the system gives no more threads
            with self._lock:
                some, self._waiting = self._waiting, []
                self._has_clerk = False
            for one in some:
                one.error = error
                one.done.set()

    def _clerk(self) -> None:
        while self._work():
            pass

    def _work(self) -> bool:
        """Serve those who wait; False when nobody came while the rest was done."""
        some = self._next()
        if some:
            self._answer(some)
            return True
        more = self._finish() and threading.main_thread().is_alive()
        if more:
            time.sleep(_BREATH)
        with self._lock:
            self._has_clerk = more or bool(self._waiting)
            return self._has_clerk

    def _next(self) -> list[_Ticket[Q, A]]:
        with self._lock:
            some = self._waiting[: self._most]
            del self._waiting[: self._most]
            return some

    def _answer(self, some: Sequence[_Ticket[Q, A]]) -> None:
        if not self._tried(some) and len(some) > 1:
            for one in some:  # one that cannot be served must not fail the others
                one.error = None
                self._tried([one])
                one.done.set()
        for one in some:
            one.done.set()

    def _tried(self, some: Sequence[_Ticket[Q, A]]) -> bool:
        try:
            found = self._serve([one.question for one in some])
        except BaseException as error:  # noqa: BLE001 - each thread raises its own
            for one in some:
                one.error = error
            return False
        for one, answer in zip(some, found, strict=True):
            one.answer = [answer]
        return True

    def _finish(self) -> bool:
        try:
            return self._afterwards()
        except CloseknitError as error:  # the next question meets it, if one comes
            logger.info("left for the next question: %s", type(error).__name__)
        except Exception:
            logger.exception("what is done after an answer failed")
        return False
