"""Commands that nobody waits for leave the processor to those that answer people."""

import os


def give_way(steps: int) -> None:
    """Be ``steps`` below the usual priority, unless it is lower by now.

    Args:
        steps: 0 to 19; each takes about a tenth off the share of a busy processor.
    """
    if os.getpriority(os.PRIO_PROCESS, 0) < steps:
        os.setpriority(os.PRIO_PROCESS, 0, steps)
