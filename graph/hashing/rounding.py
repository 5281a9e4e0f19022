"""Values of conclusions in the form in which two stores can be compared."""

import re
from collections.abc import Callable
from typing import Any, cast

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graph.columnar import idcolumns
from graph.columnar.arrays import Array
from graph.model import Value

_ID = re.compile(r"[0-9a-f]{32}")
_encoder = msgspec.json.Encoder(order="deterministic")


class Tokens:
    """Known ids of conclusions and the tokens that stand for them."""

    def __init__(self) -> None:
        self._known: list[tuple[NDArray[np.uint8], NDArray[np.uint8]]] = []

    def add(self, ids: NDArray[np.uint8], tokens: NDArray[np.uint8]) -> None:
        """Learn tokens; ``ids`` in ascending order."""
        self._known.append((ids, tokens))

    def text(self, text: str) -> str:
        """The token of a text that is a known id; any other text as it is."""
        if not _ID.fullmatch(text):
            return text
        for ids, tokens in self._known:
            place = int(idcolumns.positions(ids, [text])[0])
            if place >= 0:
                return tokens[place].tobytes().hex()
        return text


def probabilities(values: Array) -> Array:
    """Floats to nine decimals, as text."""
    return _texts(values, lambda value: f"{round(value, 9) + 0.0:.9f}")


def scores(values: Array) -> Array:
    """Floats to six significant digits, as text."""
    return _texts(values, lambda value: f"{value + 0.0:.5e}")


def containers(values: Array, tokens: Tokens) -> Array:
    """JSON with floats to six significant digits and tokens for ids."""

    def comparable(text: str) -> str:
        return _encoder.encode(_walk(msgspec.json.decode(text), tokens)).decode()

    return _texts(values, comparable)


def plain_texts(values: Array, tokens: Tokens) -> Array:
    """Texts, with tokens for those that are ids."""
    return _texts(values, tokens.text)


def _walk(value: Value, tokens: Tokens) -> Value:
    if isinstance(value, float):
        return float(f"{value + 0.0:.5e}")
    if isinstance(value, str):
        return tokens.text(value)
    if isinstance(value, list):
        return [_walk(one, tokens) for one in value]
    if isinstance(value, dict):
        return {tokens.text(key): _walk(one, tokens) for key, one in value.items()}
    return value


def _texts(values: Array, form: Callable[[Any], str]) -> Array:
    plain = cast("list[Any]", values.to_pylist())
    return pa.array([None if v is None else form(v) for v in plain], pa.large_utf8())
