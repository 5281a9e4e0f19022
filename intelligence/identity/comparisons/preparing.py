"""From a table to its features."""

import re
from zlib import crc32

import numpy as np

from intelligence.arrays import Ints
from intelligence.identity.columns.fields import Features, Field, Maker
from intelligence.identity.columns.table import RecordTable
from intelligence.identity.columns.whole import Whole
from intelligence.identity.comparisons.plain import SOURCE
from intelligence.identity.comparisons.registry import COMPARISONS

_CYRILLIC = re.compile("[\u0400-\u052f]")
_MIXED = 0.01


def features(
    table: RecordTable,
    secret: bytes = b"",
    *,
    script_keys: bool | None = None,
    whole: Whole | None = None,
    diminutives: bool = True,
) -> Features:
    """Derive what is compared.

    Args:
        table: the records.
        secret: key of the values' hashes.
        script_keys: compare words by sound; None: where a hundredth of the names is
            in Cyrillic letters.
        whole: the customs of a larger table that the records join; None: their own.
        diminutives: short forms of given names count as the formal ones.
    """
    if script_keys is None:
        script_keys = _mixed(table)
    whole = whole or Whole.of(table)
    make = Maker(table, secret, whole, script_keys=script_keys, diminutives=diminutives)
    fields: dict[str, Field] = {}
    active: set[str] = set()
    for comparison in COMPARISONS:
        made = comparison.fields(make)
        fields.update(made)
        if any(one.texts for one in made.values()):
            active.add(comparison.name)
    source = _sources(table)
    if len(source) and source.max() > 0:
        active.add(SOURCE.name)
    needed = fields.get("given"), fields.get("family")
    for name, one in zip(("given", "family"), needed, strict=True):
        if one is None and any(needed):  # one of the two names alone
            for part in (name, f"{name}.key", f"{name}.root"):
                fields[part] = make.none()
    initials = _initials(fields, len(table))
    initials = np.where(table.organization == 1, _places(fields, initials), initials)
    return Features(
        len(table), fields, source, initials, script_keys, table.organization,
        frozenset(active), diminutives,
    )  # fmt: skip


def _mixed(table: RecordTable) -> bool:
    names = [
        table.values[a] for a in ("name.family", "name.given") if a in table.values
    ]
    cyrillic = total = 0
    for column in names:
        is_cyrillic = np.array([bool(_CYRILLIC.search(t)) for t in column.texts])
        cyrillic += int(is_cyrillic[column.code].sum())
        total += len(column.code)
    return cyrillic > _MIXED * total


def _sources(table: RecordTable) -> Ints:
    """Numbers of the sources, the most frequent first."""
    if len(table) <= 1:
        return np.zeros(len(table), dtype=np.int64)
    found, number, size = np.unique(
        table.source, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(found), dtype=np.int64)
    rank[np.argsort(-size, kind="stable")] = np.arange(len(found))
    return rank[number.reshape(-1)]


def _places(fields: dict[str, Field], initials: Ints) -> Ints:
    """What tells organizations apart, that share a head office's phone: the house."""
    field = fields.get("dwelling")
    if field is None or not field.texts:
        return initials
    mark = np.array([crc32(text.encode()) % 32 for text in field.texts] + [-1])
    return np.where(field.first >= 0, mark[field.first], initials)


def _initials(fields: dict[str, Field], rows: int) -> Ints:
    """The letter that tells holders apart: of the given, else of the family name."""
    found = np.full(rows, -1, dtype=np.int64)
    for name in ("family.root", "given.root"):
        field = fields.get(name)
        if field is not None and field.texts:
            letter = np.array([ord(text[0]) % 32 for text in field.texts] + [-1])
            found = np.where(field.first >= 0, letter[field.first], found)
    return found
