"""Writes the database that stands for a released version of the schema.

``python -m tests.support.released_store FILE.db.gz``, once, when a version of the
schema is released; never again for that version. It holds a little of everything:
facts, conclusions with a past, a decision, bookkeeping, an erasure.
"""

import gzip
import sqlite3
import sys
import tempfile
from pathlib import Path

import msgspec

from graph.batch import Advance, GraphBatch, NodeRef
from graph.bookkeeping import Provenance, Run
from graph.connect import connect
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge


def fill(store: GraphStore) -> None:
    """A little of everything."""
    make = Maker(store.namespace)
    anna, petro, gone = (make.record(name) for name in ("anna", "petro", "gone"))
    mail = make.identifier("anna@example.org")
    said = [
        *make.version(anna, 1_700_000_000_000_000, name_full="Анна Коваль"),
        *make.version(petro, None, name_full="Петро Коваль"),
        *make.version(gone, None, name_full="Хтось"),
    ]
    facts = batch(
        "facts",
        [anna, petro, gone, mail, *said],
        edge("HAS", anna, mail, times=(1, 2)),
        edge("STATES", anna, petro, key="spouse"),
    )
    facts = msgspec.structs.replace(
        facts,
        provenance=[Provenance(anna.id, "crm.csv", 1)],
        advance=Advance("crm.csv", None, "100"),
    )
    store.apply(facts)
    party = make.party(anna, "Анна")
    score, of_party = make.score(party, 0.5)
    first = batch(
        "first run",
        [party, score, of_party],
        edge("OF", anna, party, weight=1.0),
        edge("OF", petro, make.party(petro, "Петро"), weight=1.0),
        make.party(petro, "Петро"),
    )
    store.apply(msgspec.structs.replace(first, run="1"))
    store.apply(
        GraphBatch(
            id="second run",
            run="2",
            nodes=[make.party(anna, "Анна Коваль"), _run(make)],
            closings=[NodeRef("Score", score.id)],
        )
    )
    store.apply(batch("decision", edge("DIFFERENT_FROM", anna, petro, key="1")))
    store.erase([gone.id], by="test", why="asked")


def _run(make: Maker) -> Run:
    return Run(
        id=make.ids.of("Run", "2"),
        kind="score",
        method="baseline",
        state="done",
        started_at=1,
    )


def main(target: Path) -> None:
    """Write the compressed file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "graph.db"
        with connect(f"sqlite:///{file}") as store:
            fill(store)
        plain = sqlite3.connect(file)
        plain.execute("PRAGMA journal_mode = DELETE")
        plain.close()
        target.write_bytes(gzip.compress(file.read_bytes(), mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
