"""The town's truth, and the graph as rows to compare with it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from graph.schema import EdgeKind
from graph.store import GraphStore, Scan


def truth(feeds: Path, name: str) -> list[dict[str, Any]]:
    return pq.read_table(feeds.parent / "truth" / f"{name}.parquet").to_pylist()


def rows(store: GraphStore, label: str) -> dict[int, dict[str, Any]]:
    found = {}
    for batch in store.scan_nodes(label, Scan()):
        found |= {row["handle"]: row for row in batch.to_pylist()}
    return found


def ends(store: GraphStore, kind: EdgeKind) -> list[tuple[int, int]]:
    return [
        (row["source"], row["target"])
        for batch in store.scan_edges(kind, Scan())
        for row in batch.to_pylist()
    ]


def by_record(
    store: GraphStore, label: str
) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Events with the record that they are BY."""
    records, by = rows(store, "Record"), dict(ends(store, EdgeKind.BY))
    for handle, event in rows(store, label).items():
        yield event, records[by[handle]] if handle in by else None


def calls(feeds: Path) -> Iterator[dict[str, Any]]:
    """The web feed's calls, those in bodies too."""
    for line in (feeds / "web_events.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)
    for body in (feeds / "web_batches.jsonl").read_text("utf-8").splitlines():
        yield from json.loads(body)["batch"]
