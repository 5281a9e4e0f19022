"""Resolve a table of ordinary people beside crowds, and say whom it fused.

    python -m tests.support.crowds PEOPLE TESTS CALLERS

``TESTS`` records say "Test Test" and nothing else; ``CALLERS`` people have one phone in
common; a hundred names are of ten thousand letters. All live in one town, and nobody
states a birthplace. Writes one JSON object: records, those of each crowd that share a
party with another record, and the precision and recall of pairs of ordinary people.
"""

import json
import sys

import numpy as np
import pyarrow as pa

from intelligence.arrays import Ints
from intelligence.evaluate.clusters import compare
from intelligence.identity.columns.table import RecordTable
from intelligence.identity.engine import resolve

_SYLLABLES = np.array(
    [first + second for first in "bdgklmnprstv" for second in "aeiou"]
)
_SYLLABLES_OF_A_NAME = 4
_LONG, _LETTERS = 100, 10_000


def crowded(people: int, tests: int, callers: int) -> tuple[RecordTable, Ints]:
    """The table, and whose each record is; those of crowds are each somebody else's."""
    rng = np.random.default_rng(12)
    twice = np.repeat(np.arange(people), 2)
    given, family = _names(rng, people), _names(rng, people)
    born = [f"{1940 + n % 60}-{1 + n % 12:02d}-{1 + n % 28:02d}" for n in range(people)]
    phone = [f"+38067{n:07d}" for n in rng.permutation(10_000_000)[:people].tolist()]
    columns: dict[str, list[str | None]] = {
        "name.given": [*_of(given, twice), *["Test"] * tests, *_names(rng, callers)],
        "name.family": [*_of(family, twice), *["Test"] * tests, *_names(rng, callers)],
        "birth.date": [*_of(born, twice), *[None] * (tests + callers)],
        "phone": [
            *_of(phone, twice), *[None] * tests, *["+380501234567"] * callers,
        ],
    }  # fmt: skip
    long = ["x" * (_LETTERS - n) for n in range(_LONG)]
    for name in columns:
        columns[name] += long if name == "name.family" else [None] * _LONG
    rows = len(columns["phone"])
    table = pa.table(
        {
            "record_id": [f"r{n}" for n in range(rows)],
            **columns,
            "address.city": ["Kyiv"] * rows,
            "birth.place": pa.nulls(rows, pa.string()),
        }
    )
    others = people + np.arange(rows - len(twice))
    return RecordTable.of(table), np.concatenate([twice, others])


def _names(rng: np.random.Generator, count: int) -> list[str]:
    drawn = rng.integers(0, len(_SYLLABLES), (count, _SYLLABLES_OF_A_NAME))
    return ["".join(_SYLLABLES[row]).title() for row in drawn]


def _of(values: list[str], rows: Ints) -> list[str]:
    return [values[row] for row in rows.tolist()]


def main(people: int, tests: int, callers: int) -> None:
    """Resolve and tell."""
    table, truth = crowded(people, tests, callers)
    cluster = resolve(table).cluster
    size = np.bincount(cluster, minlength=len(cluster))[cluster]
    ends = np.cumsum([2 * people, tests, callers, _LONG]).tolist()
    found = compare(cluster[: ends[0]], truth[: ends[0]]).pairwise
    json.dump(
        {
            "records": len(cluster),
            "tests_fused": int((size[ends[0] : ends[1]] > 1).sum()),
            "callers_fused": int((size[ends[1] : ends[2]] > 1).sum()),
            "long_fused": int((size[ends[2] :] > 1).sum()),
            "precision": found.precision,
            "recall": found.recall,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
