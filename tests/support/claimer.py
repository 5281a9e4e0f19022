"""A process of a steward: ``python -m tests.support.claimer URL NAME``.

Claims one question after another until there is none, and prints their ids.
"""

import sys

from graph.connect import connect
from intelligence.jobs.deciding import reviews


def main(url: str, name: str) -> None:
    """Claim all there is; a claim is never given back."""
    seen: set[str] = set()
    with connect(url) as store:
        desk = reviews.Desk(name)
        while True:
            found = reviews.claim(store, desk, len(seen) + 1)
            fresh = [one.id for one in found if one.id not in seen]
            if not fresh:
                return
            seen.update(fresh)
            for key in fresh:
                sys.stdout.write(f"{key}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:3])
