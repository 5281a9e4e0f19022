"""Reading one JSON object a line (https://jsonlines.org), with errors as rejects."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from ingest.facts.alike import hash_of
from ingest.rejects import BadLineError

T = TypeVar("T")
_UNKNOWN = "Invalid enum value"


def decoded(decode: Callable[[bytes], T], data: bytes) -> T:
    """An object of a line.

    Raises:
        BadLineError: it is no JSON, or not such an object.
    """
    try:
        return decode(data)
    except msgspec.ValidationError as error:
        code = "unknown" if _UNKNOWN in str(error) else "value"
        raise BadLineError(code, _place(error)) from None
    except UnicodeDecodeError:
        raise BadLineError("encoding", "a line that is not UTF-8") from None
    except msgspec.DecodeError:
        raise BadLineError("syntax", "not one JSON object") from None


def content_of(data: bytes) -> int:
    """64 bits of a line that has no id of its own.

    Raises:
        BadLineError: it is not UTF-8; keys that are passed over were not looked at.
    """
    try:
        return hash_of(data.decode())
    except UnicodeDecodeError:
        raise BadLineError("encoding", "a line that is not UTF-8") from None


def keys_of(text: str) -> frozenset[str]:
    """The keys of an object, none of anything else; for recognising formats."""
    try:
        found = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return frozenset()
    return frozenset(found)


def as_object(text: str, kind: type[T]) -> T | None:
    """A line as an object, None where it is no such one; for recognising formats."""
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError:
        return None


def _place(error: msgspec.ValidationError) -> str:
    """What is wrong at which key, without the value."""
    text = str(error)
    what = "an unknown value" if _UNKNOWN in text else text.partition(" - at ")[0]
    place = text.rpartition(" - at ")[2] if " - at " in text else "the top"
    return f"{what} at {place}"
