"""The view hash: what is concluded, whatever the ids of conclusions are.

A party stands for the sorted set of its records: its token is the digest of their
ids. Every other conclusion's token is the digest of its content and of the sorted
tokens of what it hangs on (a household: its members; a score: its party), so two
stores that conclude the same have equal hashes even if parties were born in another
order. Ids of parties inside reasons and evidence are replaced by tokens too.

Probabilities and confidences count to 1e-9, all other floats to six significant
digits. Runs, redirects (``MERGED_INTO``, parties without records) and decisions are
no part of it.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph import schema
from graph.columnar import idcolumns
from graph.columnar.arrays import Array, column
from graph.columnar.arrays import handles as handles_of
from graph.columnar.handles import HandleIndex
from graph.columns import Column, ColumnType
from graph.hashing import canonical, rounding
from graph.hashing.canonical import constant, json_field, number_field, text_field
from graph.hashing.members import Members
from graph.progress import Progress
from graph.query import Scan
from graph.schema import EdgeType, Room
from graph.store import GraphStore

_PROBABILITIES = frozenset({"probability", "confidence"})
_FIRST = ("Party", "Household", "Ring")
"""What others hang on or name; the rest come after."""


def view_total(
    store: GraphStore, scan: Scan, ids: HandleIndex, progress: Progress
) -> int:
    """The sum of the digests of all current conclusions.

    Args:
        store: what to read.
        scan: the watermark and the rows of a batch.
        ids: of all nodes.
        progress: told after every label and edge type.
    """
    view = _View(store, msgspec.structs.replace(scan, ordered=True), ids)
    sums = 0
    for label in _labels():
        sums += view.read_label(label)
        progress(f"hash {label}", view.count(label), None)
    for kind in _kinds():
        read = 0
        for rows, part in view.read_edges(kind):
            sums += part
            read += rows
            progress(f"hash {kind}", read, None)
    return sums


class _View:
    """Tokens of conclusions, label by label."""

    def __init__(self, store: GraphStore, scan: Scan, ids: HandleIndex) -> None:
        self._store = store
        self._scan = scan
        self._ids = ids
        self._named = rounding.Tokens()
        self._tokens: dict[str, HandleIndex] = {}

    def count(self, label: str) -> int:
        """How many nodes of a label have a token."""
        return len(self._tokens[label])

    def read_label(self, label: str) -> int:
        """Give the nodes of a label their tokens; the sum of their digests."""
        members = Members(self._members(label))
        sums = 0
        handles: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
        ids = [np.empty((0, idcolumns.WIDTH), np.uint8)]
        tokens = list(ids)
        for batch in self._store.scan_nodes(label, self._scan):
            handles.append(handles_of(batch))
            ids.append(idcolumns.matrix(column(batch, "id")))
            found, part = self._take(label, batch, members)
            tokens.append(found)
            sums += part
        known = np.concatenate(tokens)
        self._tokens[label] = HandleIndex(np.concatenate(handles), known)
        if label in _FIRST:
            self._named.add(np.concatenate(ids), known)
        return sums

    def read_edges(self, kind: str) -> Iterator[tuple[int, int]]:
        """(rows, sum of the digests) of an edge type, a batch at a time."""
        edge = schema.edge_type(kind)
        weigh = _number(edge.weight or "weight")
        for batch in self._store.scan_edges(kind, self._scan):
            lines = canonical.rows(
                [
                    constant("edge", kind),
                    self._end(batch, "source", edge.sources),
                    self._end(batch, "target", edge.targets),
                    self._text("key", column(batch, "key")),
                    self._container("attributes", column(batch, "attributes")),
                    number_field("since", column(batch, "since")),
                    number_field("until", column(batch, "until")),
                    text_field("weight", weigh(column(batch, "weight"))),
                ]
            )
            yield batch.num_rows, canonical.total(canonical.digests(lines))

    def _take(
        self, label: str, batch: pa.RecordBatch, members: Members
    ) -> tuple[NDArray[np.uint8], int]:
        """Tokens of scanned nodes and the sum of the digests that count."""
        handles = handles_of(batch)
        hung = text_field("members", members.joined(handles))
        content = self._content(label, batch)
        if label != "Party":
            lines = canonical.rows([constant("node", label), *content, hung])
            tokens = canonical.digests(lines)
            return tokens, canonical.total(tokens)
        tokens = canonical.digests(canonical.rows([constant("token", label), hung]))
        lines = canonical.rows([constant("node", label), *content, hung])
        standing = members.counts(handles) > 0
        return tokens, canonical.total(canonical.digests(lines)[standing])

    def _members(
        self, label: str
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8]]]:
        """(handle, token of what it hangs on), from all edges that say so."""
        for kind, owner, member in _anchors(label):
            edge = schema.edge_type(kind)
            labels = edge.sources if member == "source" else edge.targets
            scan = msgspec.structs.replace(self._scan, columns=())
            for batch in self._store.scan_edges(kind, scan):
                tokens = self._tokens_of(handles_of(batch, member), labels)
                yield handles_of(batch, owner), tokens

    def _tokens_of(
        self, handles: NDArray[np.int64], labels: Sequence[str]
    ) -> NDArray[np.uint8]:
        """Tokens of conclusions, ids of facts."""
        found = self._ids.get(handles)
        for label in labels:
            if label in self._tokens:
                tokens, known = self._tokens[label].find(handles)
                found[known] = tokens[known]
        return found

    def _end(self, batch: pa.RecordBatch, name: str, labels: Sequence[str]) -> Array:
        tokens = self._tokens_of(handles_of(batch, name), labels)
        return text_field(name, idcolumns.column(tokens))

    def _content(self, label: str, batch: pa.RecordBatch) -> list[Array]:
        """The fields of the declared attributes and ``more``, by name."""
        fields = {
            one.name: self._field(one, column(batch, one.name))
            for one in schema.columns(label)
        }
        fields["more"] = self._container("more", column(batch, "more"))
        return [fields[name] for name in sorted(fields)]

    def _field(self, declared: Column, values: Array) -> Array:
        if declared.type is ColumnType.JSON:
            return self._container(declared.name, values)
        if declared.type is ColumnType.REAL:
            return text_field(declared.name, _number(declared.name)(values))
        if declared.type is ColumnType.TEXT:
            return self._text(declared.name, values)
        return number_field(declared.name, values)

    def _container(self, name: str, values: Array) -> Array:
        return json_field(name, rounding.containers(values, self._named))

    def _text(self, name: str, values: Array) -> Array:
        return text_field(name, rounding.plain_texts(values, self._named))


def _labels() -> list[str]:
    """Labels of conclusions, those that others hang on first."""
    found = schema.labels(Room.CONCLUSIONS)
    return [*_FIRST, *(label for label in found if label not in _FIRST)]


def _kinds() -> list[str]:
    """Edge types of conclusions that take part."""
    kinds = schema.edge_kinds(Room.CONCLUSIONS)
    return [kind for kind in kinds if schema.edge_type(kind).in_view]


def _anchors(label: str) -> list[tuple[str, str, str]]:
    """(edge type, the end that is the label, the end that it hangs on).

    A party hangs on its records, a group of parties on its members, all else on what
    it is said of.
    """
    found = [
        (kind, "target", "source")
        for kind in _kinds()
        if _groups(schema.edge_type(kind), label)
    ]
    found += [
        (kind, "source", "target")
        for kind in _kinds()
        if label in schema.edge_type(kind).sources and label not in _FIRST
    ]
    return found


def _groups(edge: EdgeType, label: str) -> bool:
    """Whether an edge type leads from members to what they make up."""
    return edge.targets == (label,) and label not in edge.sources


def _number(name: str) -> Callable[[Array], Array]:
    return rounding.probabilities if name in _PROBABILITIES else rounding.scores
