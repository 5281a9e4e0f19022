"""Resolve records of a few people from many threads, all at once, again and again.

    python -m tests.support.resolve_crowd URL INDEX NAME THREADS PEOPLE

A number N on stdin begins a round: thread t brings a record of person N + t % PEOPLE,
whom the store may not know yet. The program writes ``ready`` when it may begin, and
(record, party) of each answer in one line at the end of each round.
"""

import sys
import threading
from pathlib import Path

from graph.connect import connect
from intelligence.jobs.arriving.assigning import Resolver
from intelligence.jobs.arriving.indexed import Indexed
from intelligence.jobs.index import Index
from tests.support.arrivals import arrival


def main(url: str, place: str, name: str, threads: int, people: int) -> None:
    """Bring records, round by round."""
    with connect(url, create=False) as store:
        resolver = Resolver(store, Indexed(Index.open(store, Path(place), url=url)))
        resolver.resolve([arrival(0, name)], dry_run=True)  # all is loaded
        _say("ready")
        for line in sys.stdin:
            _say(" ".join(_round(resolver, name, int(line), threads, people)))


def _round(
    resolver: Resolver, name: str, first: int, threads: int, people: int
) -> list[str]:
    told: list[str] = []
    gate = threading.Barrier(threads)

    def bring(number: int) -> None:
        person = first + number % people
        arriving = arrival(person, name, f"{person} {number}")
        gate.wait()
        (answer,) = resolver.resolve([arriving])
        told.extend([answer.record, answer.party or ""])

    crowd = [threading.Thread(target=bring, args=(n,)) for n in range(threads)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    return told


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:4], *map(int, sys.argv[4:6]))
