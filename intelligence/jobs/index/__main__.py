"""Rebuild the index in the folder named, of the store whose URL is on the input.

Nobody waits for it: it gives way to those who answer people.
"""

import os
import sys
from pathlib import Path

from graph.connect import connect
from intelligence.jobs.index.rebuilding import rebuild

GIVES_WAY = 10
"""Steps by which its share of the processor is less than others'."""

if __name__ == "__main__":
    os.nice(GIVES_WAY)
    with connect(sys.stdin.read(), create=False) as opened:
        rebuild(opened, Path(sys.argv[1]), wait=False)
