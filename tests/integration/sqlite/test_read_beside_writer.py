"""Reads beside another process that writes: each holds exactly its watermark."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from graph.connect import connect
from graph.query import Scan
from graph.store import GraphStore

RECORDS, PARTIES, BATCHES = 40, 15, 250

# Transaction s writes 40 records and names every party, and weighs every edge, s.
WRITER = f"""
import sys
from graph.connect import connect
from tests.support.graphs import Maker, batch, edge
import msgspec

with connect(sys.argv[1]) as store:
    make = Maker(store.namespace)
    firsts = [make.record(f"0-{{n}}") for n in range({PARTIES})]
    for seq in range(1, {BATCHES} + 1):
        records = [make.record(f"{{seq}}-{{n}}") for n in range({RECORDS})]
        parties = [make.party(one, str(seq)) for one in firsts]
        pairs = zip(firsts, parties)
        held = [edge("OF", one, party, weight=float(seq)) for one, party in pairs]
        written = store.apply(batch(f"b{{seq}}", records, parties, held))
        assert written.seq == seq
        print(seq, flush=True)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    with connect(f"sqlite:///{tmp_path / 'graph.db'}") as opened:
        yield opened


def table(batches: Iterator[pa.RecordBatch], at: int) -> dict[str, list[object]]:
    found = list(batches)
    assert all(seq <= at for one in found for seq in one["seq"].to_pylist())
    return pa.Table.from_batches(found).to_pydict() if found else {}


def check(store: GraphStore, at: int) -> None:
    """What the store must hold at a watermark, to the row."""
    scan = Scan(at=at, batch_rows=97, ordered=bool(at % 2))
    records = store.scan_nodes("Record", Scan(at=at, columns=("key",)))
    keys = [key for one in records for key in one["key"].to_pylist()]
    assert len(keys) == len(set(keys)) == RECORDS * at
    parties = table(store.scan_nodes("Party", scan), at)
    assert parties["name"] == [str(at)] * PARTIES
    assert len(set(parties["handle"])) == PARTIES
    held = table(store.scan_edges("OF", scan), at)
    assert held["weight"] == [float(at)] * PARTIES
    assert set(held["target"]) == set(parties["handle"])


def test_scans_hold_exactly_their_watermark(store: GraphStore) -> None:
    command = [sys.executable, "-c", WRITER, store.url]
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        scans = 0
        while writer.poll() is None:
            last = store.watermark()
            check(store, last)
            check(store, (last + 1) // 2)
            scans += 1
        writer.stdout.read()
    assert writer.returncode == 0
    assert scans > 1
    assert store.watermark() == BATCHES
    check(store, BATCHES)
    closed = store.scan_nodes("Party", Scan(past=True, columns=()))
    ended = [to for one in closed for to in one["seq_to"].to_pylist()]
    assert len(ended) == BATCHES * PARTIES
    assert ended.count(None) == PARTIES


def test_a_scan_begun_before_a_write_does_not_see_it(store: GraphStore) -> None:
    root = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-c", WRITER.replace(str(BATCHES), "2"), store.url]
    begun = store.scan_nodes("Party", Scan())
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=root)
    assert list(begun) == []
    check(store, 1)
    check(store, 2)
