"""Progress is told sparingly."""

from graph.progress import Sparing


def test_new_stages_and_ends_are_always_told_the_rest_now_and_then() -> None:
    told: list[tuple[str, int]] = []
    times = iter([0.0, 0.0, 0.1, 0.2, 0.3, 0.4, 0.41, 0.42])
    sparing = Sparing(
        lambda stage, done, _: told.append((stage, done)), lambda: next(times)
    )
    for done in (1, 2, 3, 4, 5):
        sparing("read", done, None)
    sparing("write", 1, 2)
    sparing("write", 2, 2)
    assert told == [("read", 1), ("read", 4), ("write", 1), ("write", 2)]
