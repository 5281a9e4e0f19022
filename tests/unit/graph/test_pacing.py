from graph.batch import Applied
from graph.pacing import Pace
from graph.query import Capabilities

CAN = Capabilities(
    engine="some", reads_on_event_loop=True, batch_rows=2_000, shared_batch_rows=250
)


def test_short_transactions_while_others_write() -> None:
    now = [0.0]
    pace = Pace(CAN, clock=lambda: now[0])
    assert pace.rows == 2_000
    pace.note(Applied(seq=1))
    assert pace.rows == 2_000
    pace.note(Applied(seq=2, contended=True))
    assert pace.rows == 250
    now[0] = 1.9
    pace.note(Applied(seq=3))
    assert pace.rows == 250
    now[0] = 2.1
    assert pace.rows == 2_000
