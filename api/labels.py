"""Files of labels beside a table: who a record is truly about, who lives with whom."""

import csv
import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Labels
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np

from api.tables import LoadedTable
from graph.errors import BadFeed
from ingest.reading.lines import read_lines
from ingest.reading.opening import opened
from ingest.settings import IngestSettings
from ingest.tables.mapping import Mapping
from intelligence.arrays import Bools, Ints, codes
from intelligence.evaluate.identity import Truth

_LONGEST = 2**20
"""Bytes of a line, at most."""

_CYRILLIC = re.compile("[\u0400-\u052f]")


@dataclass(frozen=True)
class Labelled:
    """A table with its truth.

    Attributes:
        path: of the table.
        mapping: which column is what.
        labels: of the records, by key.
        settings: by which it is read.
    """

    path: Path
    mapping: Mapping
    labels: Labels[str, str]
    settings: IngestSettings


@dataclass(frozen=True)
class NamePairs:
    """Labelled pairs of names, one entry a pair.

    Attributes:
        ones: the first name.
        others: the second.
        match: whether they name one party.
        cyrillic: whether either has Cyrillic letters.
    """

    ones: list[str]
    others: list[str]
    match: Bools
    cyrillic: Bools


def load_name_pairs(path: Path) -> NamePairs:
    """Read a CSV of ``name1``, ``name2`` and ``is_match`` (true or false).

    Raises:
        BadFeed: it cannot be read or lacks a column.
    """
    rows = list(_rows(path, ("name1", "name2", "is_match")))
    return NamePairs(
        [one for one, _, _ in rows],
        [other for _, other, _ in rows],
        np.array([match.lower() == "true" for _, _, match in rows], dtype=np.bool_),
        np.array([bool(_CYRILLIC.search(a + b)) for a, b, _ in rows], dtype=np.bool_),
    )


def load_clusters(path: Path) -> dict[str, str]:
    """The label of each record that a CSV of ``record_id`` and ``cluster_id`` names.

    Raises:
        BadFeed: it cannot be read or lacks a column.
    """
    return dict(_rows(path, ("record_id", "cluster_id")))


def load_truth(
    loaded: LoadedTable, clusters: Path, household: Ints | None = None
) -> Truth:
    """The labels of a table's records.

    Args:
        loaded: the table.
        clusters: CSV of ``record_id`` and ``cluster_id``, plain or gzip; records that
            it does not name are not measured.
        household: of each record, see ``load_households``.

    Raises:
        BadFeed: the file cannot be read, or names no record of the table.
    """
    person = load_clusters(clusters)
    found = [person.get(key, "") for key in loaded.table.ids]
    labels = np.array(found, dtype=np.str_)
    labelled = labels != ""
    if not labelled.any():
        message = f"{clusters}: none of its records is in the table"
        raise BadFeed(message)
    return Truth(labels, labelled, household)


def load_households(
    loaded: LoadedTable,
    table: Path,
    households: Path,
    within: Sequence[str],
    besides: Sequence[str],
) -> Ints:
    """A number for each household of each record, -1 where there is none.

    Args:
        loaded: the table.
        table: its CSV file, with a column ``record_id``.
        households: CSV of ``record_id`` and ``household_id``.
        within: columns of the table; a household holds within equal values of them,
            such as source and year.
        besides: patterns of ids that are no households, such as ``gq*``.

    Raises:
        BadFeed: a file cannot be read or lacks a column.
    """
    home = dict(_rows(households, ("record_id", "household_id")))
    when = {key: rest for key, *rest in _rows(table, ("record_id", *within))}
    texts: list[str] = []
    for key in loaded.table.ids:
        found = home.get(key, "")
        left_out = not found or any(fnmatchcase(found, one) for one in besides)
        texts.append("" if left_out else "\t".join([found, *when.get(key, ())]))
    return codes(texts)[0]


def _rows(path: Path, columns: Sequence[str]) -> Iterator[list[str]]:
    with opened(path) as stream:
        rows = csv.DictReader(
            line.data.decode("utf-8") + "\n" for line in read_lines(stream, _LONGEST)
        )
        if missing := set(columns) - set(rows.fieldnames or ()):
            message = f"{path}: there is no column {', '.join(sorted(missing))}"
            raise BadFeed(message)
        for row in rows:
            yield [row[name] or "" for name in columns]
