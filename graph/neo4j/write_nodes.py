"""Writing nodes, by the rule of their room, and closing conclusions."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from graph import schema
from graph.neo4j import queries_write as cypher
from graph.neo4j.bundles import FEW
from graph.neo4j.codec import json_places
from graph.neo4j.layout import (
    ENTITY,
    LINES,
    PARTY_KINDS,
    WORDS,
    caption,
    stored_columns,
)
from graph.neo4j.prepare import NodeRows
from graph.neo4j.transaction import Transaction
from graph.neo4j.work import Work, chunks, send
from graph.schema import Room
from graph.writing.compare import same


def write_nodes(work: Work, group: NodeRows) -> None:
    """Write the nodes of one label."""
    room = schema.node_type(group.label).room
    fresh = [i for i, key in enumerate(group.ids) if key not in work.before]
    bare = [i for i, key in enumerate(group.ids) if _is_bare(work, key)]
    if room is Room.CONCLUSIONS:
        changed = _changed(work, group)
        superseded = [group.ids[i] for i in changed]
        for piece in chunks(superseded):
            work.transaction.later(
                cypher.copy_past(group.label), ids=piece, seq=work.seq
            )
        work.superseded += len(superseded)
        bare += changed
    elif room is Room.BOOKKEEPING:
        bare = [i for i, key in enumerate(group.ids) if key in work.before]
    columns = _properties(work, group)
    add(work.transaction, group.label, columns, fresh)
    fill(work.transaction, group.label, columns, bare)
    work.nodes += len(fresh) + len(bare)


def close_nodes(work: Work, label: str, ids: Sequence[str]) -> None:
    """Move current conclusions into the past; those that are none are left out."""
    current = [
        key for key in ids if work.before.get(key) == label and key not in work.closed
    ]
    for piece in chunks(current):
        work.transaction.later(cypher.copy_past(label), ids=piece, seq=work.seq)
        work.transaction.later(cypher.close_nodes(label), ids=piece)
    work.superseded += len(current)


def remove_rejects(work: Work, ids: Sequence[str]) -> None:
    """Delete rejects; ids of anything else do nothing."""
    for piece in chunks(ids):
        work.transaction.later(cypher.DROP_REJECTS, ids=piece)


Columns = dict[str, Sequence[Any]]


def add(
    transaction: Transaction, label: str, columns: Columns, places: Sequence[int]
) -> None:
    """Write new nodes.

    Args:
        transaction: to write in.
        label: of the nodes.
        columns: properties by name, ``id`` first.
        places: of those to write.
    """
    for labels, chosen in _labelled(label, columns, places):
        names = tuple(columns)
        if len(chosen) > FEW:  # of few rows the text is always the same
            names = tuple(
                n for n, c in columns.items() if any(c[i] is not None for i in chosen)
            )
        text = cypher.add_nodes((ENTITY, *labels), names)
        send(transaction, text, zip(*_chosen(columns, names, chosen), strict=True))


def fill(
    transaction: Transaction, label: str, columns: Columns, places: Sequence[int]
) -> None:
    """Write nodes whose ids are there already; as ``add``, but for their lines."""
    for labels, chosen in _labelled(label, columns, places):
        names = filled(columns)
        text = cypher.fill_nodes(labels, names)
        send(transaction, text, zip(*_chosen(columns, names, chosen), strict=True))


def with_caption(label: str, columns: Columns) -> Columns:
    """The same with ``name``, where the label shows another attribute by it."""
    shown = caption(label)
    return {**columns, "name": columns[shown]} if shown else columns


def _properties(work: Work, group: NodeRows) -> Columns:
    names = stored_columns(group.label)[:-1]
    columns: Columns = {"id": group.ids, **dict(zip(names, group.columns, strict=True))}
    columns["seq"] = [work.seq] * len(group.ids)
    if group.words is not None:
        columns[WORDS] = group.words
    columns[LINES] = [
        None if key in work.before else work.marks.get(key) for key in group.ids
    ]
    return with_caption(group.label, columns)


def filled(names: Iterable[str]) -> tuple[str, ...]:
    """Those properties that are written where the id was there before.

    Where it came from was noted with the id, and ``add_lines`` adds to that.
    """
    return tuple(name for name in names if name != LINES)


def property_names(label: str) -> tuple[str, ...]:
    """Names of the properties that nodes of a label are written with, in order."""
    words = (WORDS,) if schema.node_type(label).search else ()
    shown = ("name",) if caption(label) else ()
    return ("id", *stored_columns(label)[:-1], "seq", *words, LINES, *shown)


def _is_bare(work: Work, key: str) -> bool:
    """Whether an id is known, but no node now."""
    return work.before.get(key) == "" or key in work.closed


def _changed(work: Work, group: NodeRows) -> list[int]:
    """Places of the conclusions that say something else than the current ones."""
    place_of = {
        key: place
        for place, key in enumerate(group.ids)
        if key in work.before and not _is_bare(work, key)
    }
    places, changed = json_places(group.label), list[int]()
    for piece in chunks(place_of):
        for row in work.transaction.rows(cypher.current(group.label), ids=piece):
            place = place_of[row[0]]
            new = [column[place] for column in group.columns]
            # Without the id in front, run and seq behind.
            if not same(row[1:-2], new[:-1], places):
                changed.append(place)
    return sorted(changed)


def _labelled(
    label: str, columns: Columns, places: Sequence[int]
) -> Iterator[tuple[tuple[str, ...], Sequence[int]]]:
    """Places by the labels that their nodes get."""
    if label != "Party":
        if places:
            yield (label,), places
        return
    for kind, second in PARTY_KINDS.items():
        chosen = [place for place in places if columns["kind"][place] == kind]
        if chosen:
            yield (label, second), chosen
    rest = [place for place in places if columns["kind"][place] not in PARTY_KINDS]
    if rest:
        yield (label,), rest


def _chosen(
    columns: Columns, names: Sequence[str], places: Sequence[int]
) -> Iterator[list[Any]]:
    for name in names:
        column = columns[name]
        yield [column[place] for place in places]
