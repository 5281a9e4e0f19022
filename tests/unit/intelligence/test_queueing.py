"""Callers that wait together, and what is done when nobody does."""

import threading
from collections.abc import Sequence

import pytest

from graph.errors import StoreUnavailable
from intelligence.jobs.arriving.queueing import Queue
from tests.support.patience import PATIENCE, until


def test_callers_that_wait_are_served_together_and_fail_apart() -> None:
    served: list[int] = []
    begun, go = threading.Event(), threading.Event()

    def serve(asked: list[int]) -> list[int]:
        begun.set()
        go.wait(PATIENCE)
        served.append(len(asked))
        if 3 in asked:
            raise KeyError(3)
        return [2 * one for one in asked]

    queue = Queue[int, int](serve, 100)  # type: ignore[arg-type]
    answers: dict[int, object] = {}

    def ask(number: int) -> None:
        try:
            answers[number] = queue.ask(number)
        except KeyError as error:
            answers[number] = error.args

    first = threading.Thread(target=ask, args=(0,))
    first.start()
    assert begun.wait(PATIENCE)
    rest = [threading.Thread(target=ask, args=(n,)) for n in range(1, 6)]
    for one in rest:
        one.start()
    until(lambda: len(queue._waiting) == len(rest))
    go.set()
    for one in (first, *rest):
        one.join(PATIENCE)
    assert answers == {0: 0, 1: 2, 2: 4, 3: (3,), 4: 8, 5: 10}
    assert served == [1, 5, 1, 1, 1, 1, 1]


def test_what_is_done_while_nobody_asks_lets_those_pass_who_do() -> None:
    done: list[str] = []
    halfway, asked = threading.Event(), threading.Event()

    def afterwards() -> bool:
        done.append("piece")
        if len(done) == 2:
            halfway.set()
            asked.wait(PATIENCE)
        return len(done) < 6

    def serve(questions: Sequence[int]) -> Sequence[int]:
        done.append("answer")
        return questions

    queue = Queue[int, int](serve, 100, afterwards)
    queue.see_to_the_rest()
    assert halfway.wait(PATIENCE)
    one = threading.Thread(target=queue.ask, args=(1,))
    one.start()
    until(lambda: len(queue._waiting) == 1)
    asked.set()
    one.join(PATIENCE)
    until(lambda: not queue._has_clerk)
    assert done == ["piece", "piece", "answer", "piece", "piece", "piece"]


def test_an_answer_does_not_wait_for_what_is_done_after_it() -> None:
    finish, finished = threading.Event(), threading.Event()

    def afterwards() -> bool:
        finish.wait(PATIENCE)
        finished.set()
        return False

    queue = Queue[int, int](lambda asked: asked, 100, afterwards)
    assert queue.ask(1) == 1
    assert not finished.is_set()
    finish.set()
    assert finished.wait(PATIENCE)
    assert queue.ask(2) == 2


def test_a_system_without_threads_fails_who_asks_and_nobody_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(_: threading.Thread) -> None:
        message = "can't start new thread"
        raise RuntimeError(message)

    queue = Queue[int, int](lambda asked: asked, 100)
    with monkeypatch.context() as without:
        without.setattr(threading.Thread, "start", refused)
        with pytest.raises(RuntimeError, match="thread"):
            queue.ask(1)
    assert queue.ask(2) == 2


def test_what_fails_afterwards_fails_no_question(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failures = iter([StoreUnavailable("closed"), KeyError("wrong")])
    failed = [threading.Event(), threading.Event()]

    def afterwards() -> bool:
        error = next(failures)
        failed[0 if isinstance(error, StoreUnavailable) else 1].set()
        raise error

    queue = Queue[int, int](lambda asked: asked, 100, afterwards)
    for number, event in enumerate(failed):
        assert queue.ask(number) == number
        assert event.wait(PATIENCE)
    until(lambda: not queue._has_clerk)
    assert [one.levelname for one in caplog.records] == ["ERROR"]
