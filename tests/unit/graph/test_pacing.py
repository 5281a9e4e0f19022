import pytest

from graph.batch import Applied
from graph.pacing import LEAST_ROWS, SHARED_SECONDS, WAIT_SECONDS, Pace
from graph.query import Capabilities

CAN = Capabilities(
    engine="some", reads_on_event_loop=True, batch_rows=2_000, shared_batch_rows=250
)


def short_after(rows_held: list[tuple[int, float]]) -> int:
    """Rows of a short transaction after some batches of (rows, seconds held)."""
    pace = Pace(CAN, clock=lambda: 0.0)
    for rows, held in rows_held:
        pace.note(Applied(seq=1, contended=True, held=held), rows)
    return pace.rows


def test_short_transactions_while_others_write() -> None:
    now = [0.0]
    pace = Pace(CAN, clock=lambda: now[0])
    assert pace.rows == 2_000
    pace.note(Applied(seq=1), 2_000)
    assert pace.rows == 2_000
    pace.note(Applied(seq=2, contended=True), 2_000)
    assert pace.rows == 250
    now[0] = SHARED_SECONDS - 0.1
    pace.note(Applied(seq=3), 250)
    assert pace.rows == 250
    now[0] = SHARED_SECONDS + 0.1
    assert pace.rows == 2_000


def test_short_is_what_others_wait_for_and_not_a_number_of_rows() -> None:
    for cost in (WAIT_SECONDS / 130, WAIT_SECONDS / 900):
        pace, written = Pace(CAN, clock=lambda: 0.0), 250
        for _ in range(12):
            held = written * cost
            pace.note(Applied(seq=1, contended=True, held=held), written)
            written = pace.rows
        assert written * cost == pytest.approx(WAIT_SECONDS, rel=0.02)


def test_the_commits_own_time_leaves_less_for_rows() -> None:
    pace, written = Pace(CAN, clock=lambda: 0.0), 250
    own, cost = WAIT_SECONDS / 2, WAIT_SECONDS / 400
    for _ in range(40):
        pace.note(Applied(seq=1, contended=True, held=own + written * cost), written)
        written = pace.rows
    assert written == pytest.approx(200, abs=2)


def test_a_lone_writers_batches_tell_what_a_short_one_may_hold() -> None:
    pace = Pace(CAN, clock=lambda: 0.0)
    pace.note(Applied(seq=1, held=WAIT_SECONDS * 10), 2_000)
    assert pace.rows == 2_000
    pace.note(Applied(seq=2, contended=True), 2_000)
    assert pace.rows == 200


def test_one_stall_is_no_rule_and_a_slow_disk_has_an_end() -> None:
    assert short_after([(250, 5.0)]) == 125
    assert short_after([(250, 5.0)] * 20) == LEAST_ROWS
    assert short_after([(250, WAIT_SECONDS / 1_000)]) == 312
    assert short_after([(10_000, WAIT_SECONDS / 1_000)] * 20) == CAN.batch_rows


def test_a_small_batch_tells_nothing_of_the_cost_of_rows() -> None:
    assert short_after([(10, WAIT_SECONDS)] * 5) == 250
