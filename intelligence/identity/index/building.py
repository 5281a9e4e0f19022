"""From a table of all records to a generation's arrays."""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# (a number out of an array is a number to the compiler)

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np

from graph.columnar import idcolumns
from intelligence.arrays import Ints, listed
from intelligence.identity.blocking.blocking import BUDGET
from intelligence.identity.blocking.keys import KeyColumn, key_columns
from intelligence.identity.clustering.copies import Copies
from intelligence.identity.columns.fields import Features, Field
from intelligence.identity.columns.packed import Hashes, Letters, hashes
from intelligence.identity.columns.table import Codes, RecordTable
from intelligence.identity.columns.whole import Whole
from intelligence.identity.columns.word_sets import WordSets
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.index.files import AnyArray, Manifest
from intelligence.identity.index.generation import LINE, VALUE
from intelligence.identity.index.layout import HOLDERS, Layout, ordered
from intelligence.identity.index.postings import Postings

ORGANIZATION = "organization"
_SAMPLED = 100_000


@dataclass(frozen=True)
class Membership:
    """Which party each record is of.

    Attributes:
        party: number of each record's party, -1 for none, shape (n,).
        ids: of the parties, ascending.
    """

    party: Ints
    ids: Sequence[str]


@dataclass(frozen=True)
class Known:
    """What a generation is built for.

    Attributes:
        watermark: the seq at which the records were read.
        namespace: of the store's ids.
        secret: key of the hashes.
        script_keys: words are compared by sound.
        sources: names of the sources, by number.
    """

    watermark: int
    namespace: str
    secret: bytes
    script_keys: bool
    sources: list[str]


def build(
    table: RecordTable, membership: Membership, known: Known
) -> tuple[Manifest, dict[str, AnyArray]]:
    """Make a generation of records.

    Args:
        table: all records, by ascending id; ``source`` are numbers of
            ``known.sources``.
        membership: who is who now.
        known: the circumstances.
    """
    whole = Whole.of(table)
    ready = features(table, known.secret, script_keys=known.script_keys, whole=whole)
    arrays: dict[str, AnyArray] = {}
    copies = Copies.of(ready, np.empty(0, dtype=np.int64))
    columns = list(copies.silenced(key_columns(ready)))
    postings = Postings.of([one.hashes for one in columns])
    arrays |= {"buckets": postings.begin, "entries": postings.entries}
    cutoffs = _cutoffs(postings, columns, len(table))
    del columns
    names = ordered(ready.fields)
    layout = Layout.of((name, ready.fields[name].codes.shape[1]) for name in names)
    codes, values = _values([ready.fields[name] for name in names], len(table))
    arrays |= values
    arrays |= _holders(names, codes, arrays, ready)
    arrays |= _names(ready.fields.get(ORGANIZATION), known.secret)
    arrays |= _parties(membership)
    arrays["ids"] = idcolumns.pack(table.ids)
    traits = table.source, table.organization, ready.initial, membership.party
    arrays["rows"] = beside(traits, codes)
    manifest = Manifest(
        watermark=known.watermark,
        namespace=known.namespace,
        key=mark(known.secret),
        script_keys=known.script_keys,
        rows=len(table),
        fields=[(name, ready.fields[name].codes.shape[1]) for name in layout.names],
        sources=known.sources,
        said=np.bincount(table.source, minlength=len(known.sources)).tolist(),
        attributes=sorted(whole.attributes),
        active=sorted(ready.active),
        houses_apart=whole.houses_apart,
        organizations=int(table.organization.sum()),
        names=len(arrays["name_start"]) - 1,
        cutoffs=cutoffs,
    )
    return manifest, arrays


def mark(secret: bytes) -> str:
    """What tells one secret from another without giving it away."""
    return f"{int(hashes(['identity index'], secret)[0]):016x}"


def _cutoffs(postings: Postings, columns: list[KeyColumn], rows: int) -> dict[int, int]:
    """Of each kind of key, the largest blocks that batch's budget lets compare.

    Read off the blocks of a sample of records.
    """
    step = max(1, rows // _SAMPLED)
    found: dict[int, int] = {}
    sizes: dict[int, Ints] = {}
    for column in columns:
        some = column.hashes[::step]
        _, size = postings.find(some[some != 0])
        told = np.bincount(size[size <= column.cap], minlength=column.cap + 1)
        found[column.kind] = column.cap
        sizes[column.kind] = sizes.get(column.kind, np.int64(0)) + told
    for kind, told in sizes.items():
        pairs = np.cumsum(step * told * (np.arange(len(told)) - 1) / 2)
        over = np.flatnonzero(pairs > BUDGET * rows)
        if len(over):
            found[kind] = int(over[0]) - 1
    return found


def _values(fields: list[Field], rows: int) -> tuple[Codes, dict[str, AnyArray]]:
    """Each record's values as numbers, and the distinct values of all fields."""
    first = np.cumsum([0, *(len(field.texts) for field in fields)])
    wide = sum(field.codes.shape[1] for field in fields)
    codes = np.full((rows, wide), -1, dtype=np.int32)
    letters: list[Letters] = []
    lengths: list[Ints] = []
    digests: list[Hashes] = []
    place = 0
    for number, field in enumerate(fields):
        order = np.argsort(field.hashes[:-1], kind="stable")
        rank = np.full(len(order) + 1, -1, dtype=np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32) + np.int32(first[number])
        for slot in range(field.codes.shape[1]):
            codes[:, place] = rank[field.codes[:, slot]]
            place += 1
        digests.append(field.hashes[order])
        lengths.append(np.diff(field.packed.start)[order])
        moved = np.empty(len(field.packed.letters), dtype=np.uint16)
        rearrange(field.packed.letters, field.packed.start, order, moved)
        letters.append(moved)
    values = np.zeros(int(first[-1]) + 1, dtype=VALUE)
    values["hash"][:-1] = _joined(digests, np.uint64)
    values["start"] = np.cumsum(np.concatenate([[0], *lengths]))
    values["count"][:-1] = said(codes, int(first[-1]))
    return codes, {
        "first": first.astype(np.int64),
        "values": values.view(np.uint64).reshape(-1, 2),
        "letters": _joined(letters, np.uint16),
    }


def beside(traits: tuple[Ints, ...], codes: Codes) -> Codes:
    """Traits and codes of each record in one row, in whole lines of the cache."""
    wide = -(-(len(traits) + codes.shape[1]) // LINE) * LINE
    found = np.full((len(codes), wide), -1, dtype=np.int32)
    found[:, : len(traits)] = np.stack(traits, axis=1)
    found[:, len(traits) : len(traits) + codes.shape[1]] = codes
    return found


def said(codes: Codes, values: int) -> Codes:
    """How often each value is said."""
    found = np.zeros(values, dtype=np.int32)
    for column in codes.T:
        found += np.bincount(column[column >= 0], minlength=values).astype(np.int32)
    return found


def _joined(parts: Sequence[AnyArray], kind: type[np.generic]) -> AnyArray:
    return np.concatenate([np.empty(0, dtype=kind), *parts]).astype(kind)


@numba.njit(cache=True, nogil=True)
def rearrange(letters: Letters, start: Ints, order: Ints, out: Letters) -> None:
    """Texts in another order."""
    at = 0
    for one in order:
        for k in range(start[one], start[one + 1]):
            out[at] = letters[k]
            at += 1


def _holders(
    names: list[str], codes: Codes, arrays: dict[str, AnyArray], ready: Features
) -> dict[str, AnyArray]:
    """Of each value of holders' fields who holds it, and by what initials."""
    fields = [name for name in names if name in HOLDERS]
    wide = sum(ready.fields[name].codes.shape[1] for name in fields)
    count = int(arrays["first"][len(fields)])
    codes = codes[:, :wide]
    row, column = np.nonzero(codes >= 0)
    value = codes[row, column].astype(np.int64)
    order = np.lexsort((row, value))
    start = np.append(0, np.cumsum(np.bincount(value, minlength=count)))
    initials = np.zeros(count, dtype=np.uint64)
    np.bitwise_or.at(initials, value, bits(ready.initial[row]))
    return {
        "initials": initials,
        "held": start.astype(np.uint32),
        "holders": row[order].astype(np.int32),
    }


def bits(initial: Ints) -> Hashes:
    """Initials, -1 to 31, as bits of a mask."""
    found: Hashes = np.uint64(1) << (initial + 1).astype(np.uint64)
    return found


def _names(field: Field | None, secret: bytes) -> dict[str, AnyArray]:
    """Whole names of organizations, and by how many of them each word is held."""
    texts: list[str] = []
    words, count = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int32)
    if field is not None:
        order = np.argsort(field.hashes[:-1], kind="stable")
        texts = [field.texts[at] for at in listed(order)]
        held: dict[str, int] = {}
        for text in texts:
            for word in WordSets.words_of(text):
                held[word] = held.get(word, 0) + 1
        words = hashes(list(held), secret)
        order = np.argsort(words)
        words = words[order]
        count = np.array(list(held.values()), dtype=np.int32)[order]
    told = [text.encode("utf-8", "replace") for text in texts]
    return {
        "words": words,
        "word_count": count,
        "names": np.frombuffer(b"".join(told), dtype=np.uint8),
        "name_start": np.cumsum([0, *map(len, told)]).astype(np.int64),
    }


def _parties(membership: Membership) -> dict[str, AnyArray]:
    party = membership.party
    order = np.argsort(party, kind="stable")
    order = order[int((party < 0).sum()) :]
    size = np.bincount(party[party >= 0], minlength=len(membership.ids))
    return {
        "parties": idcolumns.pack(membership.ids),
        "member_start": np.append(0, np.cumsum(size)).astype(np.int64),
        "members": order.astype(np.int32),
    }
