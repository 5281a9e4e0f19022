"""Ids: uuid5 of what a thing is, never random, so that a replay changes nothing.

An id is the 32 lowercase hexadecimal digits of a version 5 UUID (RFC 9562, 5.5)
over the compact JSON array ``[label, part, …]`` in Unicode NFC. Times among the
parts are integers in microseconds.
"""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

NAMESPACE = UUID("6f1d3c52-90c4-5b0e-9c1e-2f7f0b8a4d11")
"""The namespace of a store that was given none of its own."""

_DIGITS = 32
_encoder = msgspec.json.Encoder(order="deterministic")

Part = str | int | None | Sequence[str] | Mapping[str, Sequence[str]]


class Ids:
    """Makes the ids of one store.

    Args:
        namespace: the store's namespace; two stores with one namespace give the
            same thing the same id.
    """

    __slots__ = ("_seed", "namespace")

    def __init__(self, namespace: UUID = NAMESPACE) -> None:
        self.namespace = namespace
        self._seed = hashlib.sha1(namespace.bytes, usedforsecurity=False)

    def of(self, label: str, *parts: Part) -> str:
        """The id of a thing from its label and the parts that make it itself."""
        name = _encoder.encode((label, *parts))
        if not name.isascii():
            name = unicodedata.normalize("NFC", name.decode()).encode()
        digest = self._seed.copy()
        digest.update(name)
        text = digest.hexdigest()
        variant = "89ab"[int(text[16], 16) & 3]
        return f"{text[:12]}5{text[13:16]}{variant}{text[17:32]}"

    def record(self, owner: str, source: str, key: str) -> str:
        """The id of a record: one party as one source of one owner knows it."""
        return self.of("Record", owner, source, key)

    def version(
        self,
        subject: str,
        observed_at: int | None,
        raw: Mapping[str, Sequence[str]],
    ) -> str:
        """The id of a version, by its raw attributes only."""
        return self.of("Version", subject, observed_at, raw)

    def event(self, label: str, record: str, own_id: str) -> str:
        """The id of a visit, interaction, purchase, consent or transfer."""
        return self.of(label, record, own_id)

    def identifier(self, kind: str, value: str) -> str:
        """The id of an identifier; kinds that need a scope carry it: ``UA:tax``."""
        return self.of("Identifier", kind, value)

    def thing(self, label: str, owner: str, key: str) -> str:
        """The id of a product, place or agent of one owner."""
        return self.of(label, owner, key)

    def party(self, first_record: str, number: int) -> str:
        """The id of a party: its first record and how many were born of it before."""
        return self.of("Party", first_record, number)


def parse(text: str) -> str | None:
    """An id as people write it (dashes, upper case) in its one form, or None."""
    compact = text.strip().replace("-", "").lower()
    try:
        return UUID(hex=compact).hex if len(compact) == _DIGITS else None
    except ValueError:
        return None
