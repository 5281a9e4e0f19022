"""Rebuild the index in the folder named, of the store whose URL is on the input."""

import sys
from pathlib import Path

from graph.connect import connect
from intelligence.jobs.index.rebuilding import rebuild

if __name__ == "__main__":
    with connect(sys.stdin.read(), create=False) as opened:
        rebuild(opened, Path(sys.argv[1]), wait=False)
