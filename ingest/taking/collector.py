"""Python's collector of cycles while a feed is taken.

Facts are trees of plain values: reference counts free them, and there are no cycles to
find. Yet a batch makes tens of thousands of lists and dictionaries before it is
written, and by its usual settings the collector looks through all of them again and
again, for four tenths of the time of parsing.
"""

import gc
from collections.abc import Generator
from contextlib import contextmanager

GROWTH = 500_000
"""Containers made and not freed since the last look, before the next one."""


@contextmanager
def seldom_collected(growth: int = GROWTH) -> Generator[None]:
    """Let the collector look less often inside; afterwards as it was."""
    before = gc.get_threshold()
    if 0 < before[0] < growth:  # 0: somebody switched it off
        gc.set_threshold(growth, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
