"""Whether a conclusion says what the current one says.

Numbers within ``TOLERANCE`` of each other count as equal, inside JSON too: a run that
only rounds differently must not open new versions.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from graph.model import Value

TOLERANCE = 1e-6

_decode = msgspec.json.decode


def same(
    old: Sequence[Any], new: Sequence[Any], json_places: frozenset[int] = frozenset()
) -> bool:
    """Whether two rows say the same; columns at ``json_places`` hold JSON text."""
    return old == new or all(
        a == b or (_same_json(a, b) if place in json_places else _same_number(a, b))
        for place, (a, b) in enumerate(zip(old, new, strict=True))
    )


def _same_number(a: object, b: object) -> bool:
    return (
        isinstance(a, float | int)
        and isinstance(b, float | int)
        and (isinstance(a, float) or isinstance(b, float))
        and abs(a - b) <= TOLERANCE
    )


def _same_json(a: str | None, b: str | None) -> bool:
    return a is not None and b is not None and _close(_decode(a), _decode(b))


def _close(a: Value, b: Value) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(
            _close(value, b[name]) for name, value in a.items()
        )
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_close, a, b))
    return (type(a) is type(b) and a == b) or _same_number(a, b)
