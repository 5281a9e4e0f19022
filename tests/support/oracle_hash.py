"""The facts and view hashes, written a second time: one row at a time, plainly.

The rules are those of ``graph.hashing``: ``canonical``, ``hashes`` and ``view``.
"""

import hashlib
import struct
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from graph import schema
from graph.columns import ColumnType
from graph.model import Edge, Noun
from graph.schema import Room

_FIRST = ("Party", "Household", "Ring")
_encoder = msgspec.json.Encoder(order="deterministic")


def facts_hash(nodes: Iterable[Noun], edges: Iterable[Edge]) -> str:
    lines = [
        _node_line(noun, {})
        for noun in nodes
        if schema.NODES[type(noun).__name__].room is Room.FACTS
    ]
    lines += [
        _edge_line(edge, bytes.fromhex(edge.source), bytes.fromhex(edge.target), {})
        for edge in edges
        if schema.EDGES[edge.type].room is Room.FACTS
    ]
    return _sum(map(_digest, lines))


def view_hash(nodes: Iterable[Noun], edges: Iterable[Edge]) -> str:
    """Of what is current."""
    wanted = [n for n in nodes if _room(n) is Room.CONCLUSIONS]
    links = [e for e in edges if _in_view(e)]
    named = {
        noun.id: _digest(
            _fields({"token": "Party", "members": _members(noun, links, {})})
        )
        for noun in wanted
        if type(noun).__name__ == "Party"
    }
    tokens = dict(named)
    found: list[bytes] = []
    for label in (*_FIRST, "Score", "Finding", "Alert"):
        known = {} if label == "Party" else named
        fresh: dict[str, bytes] = {}
        for noun in wanted:
            if type(noun).__name__ == label:
                hung = _members(noun, links, {} if label == "Party" else tokens)
                line = _node_line(noun, known, ided=False, view=True)
                digest = _digest(line + _fields({"members": hung}))
                fresh[noun.id] = digest
                found += [digest] if hung or label != "Party" else []
        if label != "Party":
            tokens |= fresh
            named |= fresh if label in _FIRST else {}
    for edge in links:
        source, target = (
            tokens.get(end, bytes.fromhex(end)) for end in (edge.source, edge.target)
        )
        found.append(_digest(_edge_line(edge, source, target, named, view=True)))
    return _sum(found)


def _in_view(edge: Edge) -> bool:
    kind = schema.EDGES[edge.type]
    return kind.room is Room.CONCLUSIONS and kind.in_view


def _members(noun: Noun, links: list[Edge], tokens: Mapping[str, bytes]) -> bytes:
    """Sorted tokens of what a conclusion hangs on."""
    kinds = {"Party": ("OF",), "Household": ("MEMBER_OF",), "Ring": ("IN_RING",)}
    wanted = kinds.get(type(noun).__name__)
    if wanted:
        ends = [e.source for e in links if e.type in wanted and e.target == noun.id]
    else:
        ends = [e.target for e in links if e.type == "FOR" and e.source == noun.id]
    return b"".join(sorted({tokens.get(end, bytes.fromhex(end)) for end in ends}))


def _node_line(
    noun: Noun, named: Mapping[str, bytes], *, ided: bool = True, view: bool = False
) -> bytes:
    label = type(noun).__name__
    fields: dict[str, Any] = {
        column.name: _value(
            column.type, column.name, getattr(noun, column.name), view=view
        )
        for column in schema.columns(label)
    }
    fields["more"] = noun.more or None
    head: dict[str, Any] = {"node": label}
    if ided:
        head["id"] = bytes.fromhex(noun.id)
    shown = {name: _named(fields[name], named, view=view) for name in sorted(fields)}
    return _fields(head) + _fields(shown)


def _edge_line(
    edge: Edge,
    source: bytes,
    target: bytes,
    named: Mapping[str, bytes],
    *,
    view: bool = False,
) -> bytes:
    head = {"edge": edge.type, "source": source, "target": target}
    weight_name = schema.EDGES[edge.type].weight or "weight"
    attributes = _named(edge.attributes or None, named, view=view)
    weight = _value(ColumnType.REAL, weight_name, edge.weight, view=view)
    times = {"since": edge.since, "until": edge.until}
    key = _named(edge.key, named, view=view)
    rest = {"key": key, "attributes": attributes, **times, "weight": weight}
    return _fields(head) + _fields(rest)


def _value(kind: ColumnType, name: str, value: object, *, view: bool) -> object:
    if not isinstance(value, float | int) or kind is not ColumnType.REAL:
        return value
    if view and name in {"probability", "confidence"}:
        return f"{round(value, 9) + 0.0:.9f}"
    return f"{value + 0.0:.5e}" if view else float(value)


def _named(value: object, named: Mapping[str, bytes], *, view: bool) -> object:
    """A value with tokens for ids and rounded floats, in the view only."""
    if not view:
        return value
    if isinstance(value, float):
        return float(f"{value + 0.0:.5e}")
    if isinstance(value, str):
        return named[value].hex() if value in named else value
    if isinstance(value, list):
        return [_named(one, named, view=view) for one in value]
    if isinstance(value, dict):
        return {
            _named(key, named, view=view): _named(one, named, view=view)
            for key, one in value.items()
        }
    return value


def _fields(fields: Mapping[str, Any]) -> bytes:
    """``<length>:<name>,<length>:<value>,`` of every field that has a value."""
    parts: list[bytes] = []
    for name, value in fields.items():
        if value is None or value in ([], {}):
            continue
        parts += [_framed(name.encode()), _framed(_bytes(value))]
    return b"".join(parts)


def _framed(text: bytes) -> bytes:
    return f"{len(text)}:".encode() + text + b","


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bool | int):
        return str(int(value)).encode()
    if isinstance(value, float):
        bits = struct.unpack("<q", struct.pack("<d", value + 0.0))[0]
        return str(bits).encode()
    return _encoder.encode(value)


def _digest(line: bytes) -> bytes:
    return hashlib.blake2b(line, digest_size=16).digest()


def _sum(digests: Iterable[bytes]) -> str:
    total = sum(int.from_bytes(digest, "little") for digest in digests)
    return f"{total % 2**128:032x}"


def _room(noun: Noun) -> Room:
    return schema.NODES[type(noun).__name__].room
