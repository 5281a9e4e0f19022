"""Make a store's identity index anew, and be killed on the way as ``kill -9`` would.

    python -m tests.support.index_struck STORE_URL PLACE CALL COUNT

The COUNT-th time that CALL (``os.fsync``, ``Path.rename``, ``shutil.rmtree`` or
``os.open``) would be made, the process is killed instead.
"""

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from graph.connect import connect
from intelligence.jobs.index.rebuilding import rebuild

OWNERS: dict[str, Any] = {"os": os, "Path": Path, "shutil": shutil}


def struck(call: str, count: int) -> None:
    """Let the count-th call of a function end the process."""
    owner, name = call.split(".")
    real = getattr(OWNERS[owner], name)
    left = [count]

    def counted(*args: Any, **more: Any) -> Any:  # noqa: ANN401 - any function's
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **more)

    setattr(OWNERS[owner], name, counted)


def main(url: str, place: str, call: str, count: str) -> None:
    """Rebuild until struck."""
    with connect(url, create=False) as store:
        struck(call, int(count))
        rebuild(store, Path(place))


if __name__ == "__main__":
    main(*sys.argv[1:])
