"""A writer that is killed: ``python -m … PATH POINT COUNT [RECORD]``.

It applies the batches of ``batches`` to a SQLite file, or erases a record, and ends
itself with SIGKILL when it meets a point of its transactions for the COUNT-th time.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from graph.batch import Advance, GraphBatch
from graph.sqlite.open import Connections
from graph.sqlite.store import SqliteStore
from graph.sqlite.writer import Writer
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge
from tests.support.mortal import Fuse

if TYPE_CHECKING:
    from graph.model import Edge, Noun

BATCHES, ROWS = 12, 40
FEED = "crm.csv"


def batches(make: Maker) -> list[GraphBatch]:
    """A feed cut into batches; neighbours share records, as re-read lines would."""
    found: list[GraphBatch] = []
    for number in range(BATCHES):
        items: list[Noun | Edge] = []
        for row in range(number * ROWS, number * ROWS + ROWS + 5):
            record = make.record(str(row))
            mail = make.identifier(f"{row // 3}@example.org")
            version, of = make.version(record, row, name_full=f"Person {row}")
            items += [record, version, of]
            items += [edge("HAS", record, mail, times=(row, row))]
            if row % 3 == 0:
                items += [mail]
        made = batch(f"{FEED}:{number}", items)
        expected = str(number) if number else None
        advance = Advance(FEED, expected, str(number + 1))
        found.append(
            GraphBatch(id=made.id, nodes=made.nodes, edges=made.edges, advance=advance)
        )
    return found


def strike_at(point: str, count: int) -> Callable[[str], None]:
    """Faults that kill this process."""
    return Fuse(point, count).reach


def write(store: GraphStore) -> Iterator[int]:
    """Apply the batches that the store lacks; the number of each."""
    checkpoint = store.checkpoint(FEED)
    begin = int(checkpoint.position) if checkpoint else 0
    for sent in batches(Maker(store.namespace))[begin:]:
        yield store.apply(sent).seq


def main(path: Path, point: str, count: int, record: str | None = None) -> None:
    """Write, or erase, until the point."""
    connections = Connections(path)
    writer = Writer(connections, faults=strike_at(point, count))
    with SqliteStore(f"sqlite:///{path}", connections, writer=writer) as store:
        if record:
            store.erase([record], by="test", why="asked")
            return
        for seq in write(store):
            sys.stdout.write(f"{seq}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
