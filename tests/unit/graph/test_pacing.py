import pytest

from graph.batch import Applied
from graph.concurrency.pacing import (
    ALONE_SECONDS,
    LEAST_ROWS,
    PAUSES,
    SHARED_SECONDS,
    WAIT_SECONDS,
    Pace,
)
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
    pace.note(Applied(seq=1, contended=True), 250)
    assert pace.rows == 250
    assert pace.is_shared
    now[0] = SHARED_SECONDS - 0.1
    pace.note(Applied(seq=2), 250)
    assert pace.rows == 250
    now[0] = SHARED_SECONDS + 0.1
    assert not pace.is_shared


def test_who_never_met_anybody_writes_the_same_however_long_it_takes() -> None:
    pace = Pace(CAN, clock=lambda: 0.0)
    for held in (0.0, ALONE_SECONDS * 9, WAIT_SECONDS / 9):
        assert pace.rows == 2_000
        pace.note(Applied(seq=1, held=held), 2_000)
    assert pace.rows == 2_000


def test_who_wrote_before_is_met_as_long_as_he_may_come_back() -> None:
    pace = Pace(CAN, clock=lambda: 0.0)
    pace.meet(SHARED_SECONDS + 0.1)
    assert not pace.is_shared
    assert pace.rows == 2_000
    pace.meet(SHARED_SECONDS - 0.1)
    assert pace.is_shared
    assert pace.rows == 250


def left_alone(now: list[float]) -> Pace:
    """The pace of one who met others and sees them no more."""
    pace = Pace(CAN, clock=lambda: now[0])
    pace.meet()
    now[0] += SHARED_SECONDS + 0.1
    return pace


def test_who_sees_nobody_any_more_writes_larger_ones_step_by_step() -> None:
    now, rows = [0.0], list[int]()
    pace = left_alone(now)
    for number in range(6):
        rows.append(pace.rows)
        pace.note(Applied(seq=number), pace.rows)
    assert rows == [250, 500, 1_000, 2_000, 2_000, 2_000]
    pace.note(Applied(seq=7), 10)  # the end of a file says nothing
    assert pace.rows == 2_000
    pace.note(Applied(seq=8, contended=True), 2_000)
    assert pace.rows == 250
    now[0] += SHARED_SECONDS + 0.1
    assert pace.rows == 250
    pace.note(Applied(seq=9), 250)
    assert pace.rows == 500


def test_a_lone_writer_holds_on_for_no_longer_than_the_first_who_comes_may_wait() -> (
    None
):
    pace, rows, cost = left_alone([0.0]), 250, ALONE_SECONDS / 700
    for number in range(8):
        pace.note(Applied(seq=number, held=rows * cost), rows)
        rows = pace.rows
    assert rows == 700


def test_a_few_rows_do_not_make_the_next_transaction_larger() -> None:
    pace = left_alone([0.0])
    for number in range(5):
        pace.note(Applied(seq=number), 100)
    assert pace.rows == 250


def test_a_pause_is_as_long_as_others_waited_and_only_while_there_are_others() -> None:
    now, slept = [0.0], list[float]()
    pace = Pace(CAN, clock=lambda: now[0], sleep=slept.append)
    for contended, held in ((False, 0.004), (True, 0.004), (False, 2.0), (False, 0.0)):
        done = Applied(seq=1, contended=contended, held=held)
        pace.note(done, 250)
        pace.give_way(done)
    now[0] = SHARED_SECONDS + 0.1
    pace.give_way(Applied(seq=1, held=0.004))
    assert slept == [0.004 * PAUSES, WAIT_SECONDS * PAUSES]


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
    pace.note(Applied(seq=2, contended=True), 2_000)
    assert pace.rows == 200


def test_one_stall_is_no_rule_and_a_slow_disk_has_an_end() -> None:
    assert short_after([(250, 5.0)]) == 125
    assert short_after([(250, 5.0)] * 20) == LEAST_ROWS
    assert short_after([(250, WAIT_SECONDS / 1_000)]) == 312
    assert short_after([(10_000, WAIT_SECONDS / 1_000)] * 20) == CAN.batch_rows


def test_a_small_batch_tells_nothing_of_the_cost_of_rows() -> None:
    assert short_after([(10, WAIT_SECONDS)] * 5) == 250
