"""Many callers, one clerk: what waits while one transaction is written shares the next.

A commit to disk takes longer than deciding a record, and commits of one store take
turns anyway; so whoever comes first serves all who wait.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


@dataclass
class _Ticket(Generic[Q, A]):
    question: Q
    done: bool = False
    answer: list[A] = field(default_factory=list[A])
    error: BaseException | None = None


class Queue(Generic[Q, A]):
    """Serves questions of several threads, a few at a time.

    Args:
        serve: answers some questions in their order, all or none of them.
        most: how many at a time.
    """

    def __init__(self, serve: Callable[[Sequence[Q]], Sequence[A]], most: int) -> None:
        self._serve = serve
        self._most = most
        self._waiting: list[_Ticket[Q, A]] = []
        self._lock = threading.Lock()
        self._clerk = threading.Lock()

    def ask(self, question: Q) -> A:
        """Wait for the answer to a question.

        Raises:
            BaseException: what answering this question alone raises.
        """
        ticket = _Ticket[Q, A](question)
        with self._lock:
            self._waiting.append(ticket)
        while not ticket.done:
            with self._clerk:
                if not ticket.done:
                    self._work()
        if ticket.error is not None:
            raise ticket.error
        return ticket.answer[0]

    def _work(self) -> None:
        with self._lock:
            some = self._waiting[: self._most]
            del self._waiting[: self._most]
        if not self._tried(some) and len(some) > 1:
            for one in some:  # one that cannot be served must not fail the others
                one.error = None
                self._tried([one])
        for one in some:
            one.done = True

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
