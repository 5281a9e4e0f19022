"""What one transaction of ``apply`` has in hand, and the registry of ids."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from graph import schema
from graph.errors import BadBatch, IdCollision
from graph.sqlite import queries_write as sql
from graph.sqlite.codes import Codes
from graph.sqlite.prepare import EdgeRows, Prepared


@dataclass(slots=True)
class Work:
    """One transaction.

    Attributes:
        connection: in the transaction.
        codes: of the store.
        seq: the transaction's number.
        prepared: what is written.
        labels: code of the label of every id met that has one, by handle.
        unregistered: handles met that the registry does not hold.
        nodes: new or changed nodes so far.
        edges: new, widened or changed edges so far.
        closed: closed conclusions so far.
        deferred: handles of records whose ``OF`` is left alone.
    """

    connection: sqlite3.Connection
    codes: Codes
    seq: int
    prepared: Prepared
    labels: dict[int, int] = field(default_factory=dict[int, int])
    unregistered: set[int] = field(default_factory=set[int])
    nodes: int = 0
    edges: int = 0
    closed: int = 0
    deferred: set[int] = field(default_factory=set[int])


def handle_list(handles: Iterable[int]) -> str:
    """Handles as the one JSON parameter that a statement takes."""
    return msgspec.json.encode(sorted(handles)).decode()


def registered(
    connection: sqlite3.Connection, ids: Mapping[int, bytes]
) -> dict[int, int | None]:
    """Label's code, by handle, of those ids that the store has seen.

    Raises:
        IdCollision: it knows one of the keys by another id.
    """
    rows = connection.execute(sql.REGISTERED, (handle_list(ids),)).fetchall()
    found = {handle: label for handle, raw, label in rows if ids[handle] == raw}
    if len(found) < len(rows):
        handle, raw, _ = next(row for row in rows if row[0] not in found)
        message = (
            f"{ids[handle].hex()} and {raw.hex()} share an integer key; the second "
            "one cannot be stored here; nothing was written"
        )
        raise IdCollision(message)
    return found


def load_registry(work: Work) -> None:
    """Look up every id of the batch.

    Raises:
        IdCollision: the store knows one of the keys by another id.
    """
    ids = work.prepared.ids | work.prepared.closings.ids
    found = registered(work.connection, ids)
    work.unregistered = ids.keys() - found.keys()
    work.labels = {h: label for h, label in found.items() if label is not None}


def register(work: Work) -> list[set[int]]:
    """Enter the batch's ids, and give the nodes among them their labels.

    Returns:
        For each group of ``prepared.nodes`` the handles that had no label before.

    Raises:
        BadBatch: a node was written under another label before.
    """
    entries: list[tuple[int, bytes, int | None]] = []
    fresh: list[set[int]] = []
    ids, labels = work.prepared.ids, work.labels
    for group in work.prepared.nodes:
        code = work.codes.label[group.label]
        known = labels.keys() & group.handles
        _check_labels(work, group.label, known)
        new = set(group.handles) - known
        entries += [(handle, ids[handle], code) for handle in new]
        fresh.append(new)
    for group, new in zip(work.prepared.nodes, fresh, strict=True):
        labels.update(dict.fromkeys(new, work.codes.label[group.label]))
    absent = (work.unregistered & ids.keys()) - labels.keys()
    entries += [(handle, ids[handle], None) for handle in absent]
    entries.sort()
    work.connection.executemany(sql.REGISTER, entries)
    return fresh


def _check_labels(work: Work, label: str, known: Iterable[int]) -> None:
    code, labels = work.codes.label[label], work.labels
    for handle in known:
        if labels[handle] != code:
            message = (
                f"node {work.prepared.ids[handle].hex()} is a "
                f"{work.codes.label_name[labels[handle]]} in the store and a {label} "
                "in the batch; nothing was written"
            )
            raise BadBatch(message)


def check_ends(work: Work, group: EdgeRows) -> None:
    """See that edges join what their type may join, where labels are known.

    Raises:
        BadBatch: one does not.
    """
    kind = schema.edge_type(group.kind)
    sources = [key[0] for key in group.keys]
    targets = [key[1] for key in group.keys]
    _check_end(work, group.kind, "leave", sources, kind.sources)
    _check_end(work, group.kind, "enter", targets, kind.targets)


def _check_end(
    work: Work, kind: str, verb: str, ends: Sequence[int], allowed: Sequence[str]
) -> None:
    labels = work.labels
    codes = {work.codes.label[name] for name in allowed}
    wrong = set(map(labels.get, ends)) - codes - {None}
    if not wrong:
        return
    end = next(end for end in ends if labels.get(end) in wrong)
    message = (
        f"an edge {kind} may not {verb} {work.prepared.ids[end].hex()}, a "
        f"{work.codes.label_name[labels[end]]}, only {' or '.join(allowed)}; nothing "
        "was written"
    )
    raise BadBatch(message)
