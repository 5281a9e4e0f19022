"""Compiled steps on blocks and values: who shares keys, numbers by hashes, texts."""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# (a number out of an array is a number to the compiler)

from typing import TypeVar

import numba
import numpy as np
import numpy.typing as npt

from intelligence.arrays import Bools, Ints
from intelligence.identity.columns.packed import Hashes, Letters
from intelligence.identity.columns.table import Codes
from intelligence.identity.index.postings import bound

A = TypeVar("A", bound=np.generic)
B = TypeVar("B", bound=np.generic)


@numba.njit(cache=True, nogil=True)
def dense(
    codes: Codes, columns: tuple[Ints, Ints], found: tuple[Codes, Ints, Ints]
) -> None:
    """Number values anew, field by field, as they first appear.

    Args:
        codes: numbers of values, -1 for none, shape (r, columns).
        columns: in the order of their fields, and the field of each.
        found: takes the new numbers, counted from each field's first; the old number of
            each new one; where each field begins among them.
    """
    order, field_of = columns
    small, number, begin = found
    size = 64
    while size < 2 * (codes >= 0).sum():
        size *= 2
    keys = np.full(size, -1, dtype=np.int64)
    told = np.empty(size, dtype=np.int32)
    count, field = 0, -1
    for column in order:
        while field < field_of[column]:
            field += 1
            begin[field] = count
        for row in range(codes.shape[0]):
            value = np.int64(codes[row, column])
            if value < 0:
                small[row, column] = -1
                continue
            at = ((value * 0x9E3779B1) >> 8) & (size - 1)
            while keys[at] >= 0 and keys[at] != value:
                at = (at + 1) & (size - 1)
            if keys[at] < 0:
                keys[at], told[at] = value, count
                number[count] = value
                count += 1
            small[row, column] = told[at] - begin[field]
    begin[field + 1 :] = count


@numba.njit(cache=True, nogil=True)
def look_up(have: tuple[Hashes, Ints], asked: tuple[Ints, Hashes], found: Ints) -> None:
    """The number of each (field, hash), left as it is where there is none."""
    hashes, first = have
    field, wanted = asked
    for k in range(len(wanted)):
        if field[k] + 1 >= len(first):
            continue
        low, high = first[field[k]], first[field[k] + 1]
        end = high
        while low < high:
            middle = (low + high) // 2
            if hashes[middle] < wanted[k]:
                low = middle + 1
            else:
                high = middle
        if low < end and hashes[low] == wanted[k]:
            found[k] = low


@numba.njit(cache=True, nogil=True)
def renumber(
    own: Codes, numbers: tuple[Ints, Ints], columns: tuple[Ints, Ints], out: Codes
) -> None:
    """Write codes of fields of their own as numbers of values.

    Args:
        own: codes, -1 for none, shape (r, columns).
        numbers: of the values, field by field, and where each field begins.
        columns: where each is written, and of which field it is.
        out: takes the numbers; where there is no code it is left as it is.
    """
    number, begin = numbers
    places, field = columns
    for row in range(own.shape[0]):
        for column in range(own.shape[1]):
            if own[row, column] >= 0:
                at = begin[field[column]] + own[row, column]
                out[row, places[column]] = number[at]


@numba.njit(cache=True, nogil=True)
def digest(
    numbers: tuple[Ints, Ints],
    bounds: tuple[int, int],
    hashes: tuple[Hashes, Hashes, Hashes],
    out: Hashes,
) -> None:
    """The hash of each value, and a 0 behind those of each field.

    Args:
        numbers: of the values, field by field, and where each field begins.
        bounds: the first number of a later value, and of a new one.
        hashes: of the index's values, of later ones, of new ones.
        out: takes the hashes.
    """
    number, begin = numbers
    place = 0
    for field in range(len(begin) - 1):
        for k in range(begin[field], begin[field + 1]):
            at = number[k]
            if at < bounds[0]:
                out[place] = hashes[0][at]
            elif at < bounds[1]:
                out[place] = hashes[1][at - bounds[0]]
            else:
                out[place] = hashes[2][at - bounds[1]]
            place += 1
        out[place] = 0
        place += 1


@numba.njit(cache=True, nogil=True)
def measure(
    number: Ints, bounds: tuple[int, int], starts: tuple[Ints, Ints, Ints], out: Ints
) -> None:
    """The length of each text, behind a first 0."""
    for k in range(len(number)):
        at = number[k]
        if at < bounds[0]:
            out[k + 1] = np.int64(starts[0][at + 1]) - np.int64(starts[0][at])
        elif at < bounds[1]:
            at -= bounds[0]
            out[k + 1] = starts[1][at + 1] - starts[1][at]
        else:
            at -= bounds[1]
            out[k + 1] = starts[2][at + 1] - starts[2][at]


@numba.njit(cache=True, nogil=True)
def spell(
    number: Ints,
    bounds: tuple[int, int],
    starts: tuple[Ints, Ints, Ints],
    texts: tuple[Letters, Letters, Letters, Ints, Letters],
) -> None:
    """Copy the letters of each text to its place."""
    old, later, new, start, out = texts
    for k in range(len(number)):
        at, place = number[k], start[k]
        for i in range(start[k + 1] - place):
            if at < bounds[0]:
                out[place + i] = old[np.int64(starts[0][at]) + i]
            elif at < bounds[1]:
                out[place + i] = later[starts[1][at - bounds[0]] + i]
            else:
                out[place + i] = new[starts[2][at - bounds[1]] + i]


@numba.njit(cache=True, nogil=True)
def pick(
    old: npt.NDArray[A], new: npt.NDArray[A], rows: Ints, out: npt.NDArray[B]
) -> None:
    """Copy rows out of two tables, the second one's rows counted behind the first's.

    Args:
        old: the first table, shape (n, columns).
        new: the second one.
        rows: wanted, shape (r,).
        out: takes them; columns that a table lacks are left as they are.
    """
    n = len(old)
    for k in range(len(rows)):
        row = rows[k]
        if row < n:
            for column in range(old.shape[1]):
                out[k, column] = old[row, column]
        else:
            for column in range(new.shape[1]):
                out[k, column] = new[row - n, column]


@numba.njit(cache=True, nogil=True)
def beside(row: Ints, more: Ints) -> tuple[Ints, Ints]:
    """Rows once each, some first and then the others, ascending.

    Args:
        row: rows, perhaps several times.
        more: those that come first, each once, in any order.

    Returns:
        The rows, and where each of ``row`` is among them.
    """
    order = np.argsort(more)
    known = more[order]
    rest = np.sort(row)
    count = 0
    for at in range(len(rest)):
        one = rest[at]
        place = bound(known, 0, len(known), one)
        new = count == 0 or rest[count - 1] != one
        if new and (place == len(known) or known[place] != one):
            rest[count] = one
            count += 1
    found = np.empty(len(row), dtype=np.int64)
    for at in range(len(row)):
        place = bound(known, 0, len(known), row[at])
        if place < len(known) and known[place] == row[at]:
            found[at] = order[place]
        else:
            found[at] = len(more) + bound(rest, 0, count, row[at])
    return np.concatenate((more, rest[:count])), found


@numba.njit(cache=True, nogil=True)
def members(
    blocks: tuple[Hashes, Ints, Ints], asked: tuple[Ints, Ints], gone: Bools
) -> tuple[Ints, Ints]:
    """The records of some keys' blocks, but for those gone and the asked one itself.

    Args:
        blocks: entries, where the block of each key begins, and its size; -1 for one
            that is not read.
        asked: the asked record of each key, and the row of each record.
        gone: which rows are no record's.

    Returns:
        (which key, row).
    """
    entries, begin, size = blocks
    owner, own = asked
    found = np.empty((2, np.maximum(size, 0).sum()), dtype=np.int64)
    count = 0
    for key in range(len(owner)):
        for at in range(begin[key], begin[key] + size[key]):
            row = np.int64(entries[at] & np.uint64(0xFFFFFFFF))
            if not gone[row] and row != own[owner[key]]:
                found[0, count], found[1, count] = key, row
                count += 1
    return found[0, :count], found[1, :count]


@numba.njit(cache=True, nogil=True)
def fitting(
    keys: tuple[Ints, Ints, Ints], held: tuple[Ints, Ints], fits: Bools
) -> tuple[Ints, Ints]:
    """Which asked record and row share a key, again for each key.

    Args:
        keys: the asked record of each key, its kind, and its block's size; -1 for one
            that is not read.
        held: key and row of each record of a block.
        fits: by kind and by number of records, whether a block brings them together.

    Returns:
        (which asked record << 32 | row, records of the block without the asked one).
    """
    owner, kind, size = keys
    which, row = held
    count = np.zeros(len(owner), dtype=np.int64)
    for key in which:
        count[key] += 1
    pair, of = np.empty((2, len(which)), dtype=np.int64)
    found = 0
    for at in range(len(which)):
        key = which[at]
        if size[key] >= 0 and fits[kind[key], min(count[key] + 1, fits.shape[1] - 1)]:
            pair[found], of[found] = owner[key] << 32 | row[at], count[key]
            found += 1
    return pair[:found], of[:found]
