"""Splink 5 on our canonical columns, with the settings that its guides advise.

Run as a program, so that its processor seconds and memory are its own:

    python -m tests.support.splink_peer TABLE MAP OUT.npz

writes the scored pairs (``left``, ``right``, ``probability``; rows of the table) and
the clusters at a probability of .95 (``cluster``). Only benchmarks use it: Splink is in
the group ``bench``.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.exceptions import EMTrainingException

from api.tables import load_table
from ingest.settings import IngestSettings
from intelligence.identity.columns.table import RecordTable

AT = 0.95
KEPT = 1e-4
"""Pairs below this probability are of no use at any threshold."""

COMPARISONS: dict[str, Any] = {
    "name.given": lambda c: _rare(cl.NameComparison(c)),
    "name.family": lambda c: _rare(cl.NameComparison(c)),
    "name.middle": lambda c: cl.JaroWinklerAtThresholds(c, [0.9]),
    "name.patronymic": lambda c: cl.JaroWinklerAtThresholds(c, [0.9, 0.8]),
    "organization.name": lambda c: _rare(cl.JaroWinklerAtThresholds(c, [0.92, 0.8])),
    "birth.date": lambda c: cl.DateOfBirthComparison(c, input_is_string=True),
    "birth.place": lambda c: _rare(cl.JaroWinklerAtThresholds(c, [0.9])),
    "sex": cl.ExactMatch,
    "tax_id": lambda c: cl.DamerauLevenshteinAtThresholds(c, [1, 2]),
    "document": lambda c: cl.DamerauLevenshteinAtThresholds(c, [1]),
    "phone": lambda c: _rare(cl.DamerauLevenshteinAtThresholds(c, [1])),
    "email": cl.EmailComparison,
    "iban": cl.ExactMatch,
    "device": lambda c: _rare(cl.ExactMatch(c)),
    "address.street": lambda c: _rare(cl.JaroWinklerAtThresholds(c, [0.9, 0.8])),
    "address.house": cl.ExactMatch,
    "address.flat": cl.ExactMatch,
    "address.city": lambda c: _rare(cl.JaroWinklerAtThresholds(c, [0.9])),
    "address.postcode": lambda c: _rare(cl.DamerauLevenshteinAtThresholds(c, [1])),
    "occupation": lambda c: _rare(cl.ExactMatch(c)),
}
# ``name:3`` is the first three letters of a name.
BLOCKS = (
    ("name.given", "name.family"),
    ("name.family", "birth.date"),
    ("name.given", "birth.date"),
    ("birth.date", "address.postcode"),
    ("name.family", "address.postcode"),
    ("name.given", "address.postcode"),
    ("name.given", "address.street", "address.house"),
    ("name.family", "address.street", "address.house"),
    ("name.given", "address.city"),
    ("name.family", "address.city"),
    ("name.family", "birth.place"),
    ("name.given:3", "name.family:4"),
    ("birth.date", "birth.place"),
    ("address.postcode:3", "birth.date"),
    ("address.postcode:3", "name.given"),
    ("address.postcode:3", "name.family"),
    ("tax_id",),
    ("document",),
    ("phone",),
    ("email",),
    ("organization.name",),
    ("address.street", "address.postcode"),
)
BROAD = (("name.given",), ("name.family",), ("birth.date",), ("address.postcode",))
"""Rules that a small table can afford besides."""
SMALL = 20_000

TRAINING = (
    ("name.given", "name.family"),
    ("birth.date",),
    ("phone",),
    ("address.postcode",),
    ("organization.name",),
)
CERTAIN = (
    ("name.given", "name.family", "birth.date"),
    ("name.given", "name.family", "phone"),
    ("tax_id",),
    ("email",),
    ("organization.name", "address.street"),
)
LEFT_OUT = frozenset(
    {
        "iban", "device", "organization.name", "address.street", "address.house",
        "address.flat", "sex", "name.middle",
    }
)  # fmt: skip
"""Of people these are left out of the weights, which made Splink better: what families
share cost it a quarter of its F1 on ua_people_dev, sex and middle name .12 on
historical_50k at .95. Its blocking rules use them all the same."""

COMMON = 0.3
"""Columns of which so many cells say the same are no part of a blocking rule."""

MEMORY = "8GB"
MOST = 20
"""Pairs a record that a blocking rule may bring."""

_SEEN = 0.01
"""Columns filled in fewer of the records than this are left out."""


def pairs(
    table: RecordTable, threads: int = 2
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Left and right rows and probability of each scored pair; clusters at .95."""
    columns = _columns(table)
    api = DuckDBAPI()
    api._con.execute(f"SET threads = {threads}")
    api._con.execute(f"SET memory_limit = '{MEMORY}'")
    api._con.execute(f"SET temp_directory = '{tempfile.gettempdir()}'")
    frame = api.register(pa.table({"unique_id": np.arange(len(table)), **columns}))
    telling = {name for name, column in columns.items() if _telling(column)}
    linker = Linker(frame, _settings(columns, telling, len(table)), log_level=None)
    _train(linker, telling)
    scored = linker.inference.predict(threshold_match_probability=KEPT)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        scored, threshold_match_probability=AT
    ).as_pyarrow_table()
    found = scored.as_pyarrow_table()
    label = np.empty(len(table), dtype=object)
    label[clusters.column("unique_id").to_numpy()] = clusters.column(
        "cluster_id"
    ).to_pylist()
    return (
        found.column("unique_id_l").to_numpy(),
        found.column("unique_id_r").to_numpy(),
        found.column("match_probability").to_numpy(),
        np.unique(label.astype(str), return_inverse=True)[1].reshape(-1),
    )


def _columns(table: RecordTable) -> dict[str, pa.Array]:
    found: dict[str, pa.Array] = {}
    for name in COMPARISONS:
        column = table.values.get(name)
        if column is None or len(column.texts) < 2:
            continue
        code = column.slots(len(table), 1)[:, 0]
        if (code >= 0).mean() >= _SEEN:
            texts = np.array([*column.texts, None], dtype=object)
            found[_name(name)] = pa.array(texts[code], pa.string())
    return found


def _telling(column: pa.Array) -> bool:
    """Whether a column may block: a city that a third live in brings all together."""
    _, count = np.unique(column.drop_null().to_numpy(False), return_counts=True)  # noqa: FBT003
    return bool(count.max() < COMMON * count.sum())


def _affordable(rule: tuple[str, ...], columns: dict[str, pa.Array]) -> bool:
    """Whether a rule brings few enough pairs; Splink's guides advise to count them."""
    code = np.zeros(1, dtype=np.int64)
    for name, _, long in (part.partition(":") for part in rule):
        column = columns[_name(name)]
        if long:
            column = pc.utf8_slice_codeunits(column, 0, int(long))
        said = np.asarray(column.dictionary_encode().indices.fill_null(-1), np.int64)
        both = np.where((said < 0) | (code < 0), -1, code * (said.max() + 2) + said)
        code = np.unique(both, return_inverse=True)[1].reshape(-1) - (both.min() < 0)
    count = np.bincount(code[code >= 0])
    return bool((count * (count - 1) // 2).sum() <= MOST * len(code))


def _settings(
    columns: dict[str, pa.Array], telling: set[str], rows: int
) -> SettingsCreator:
    rules = BLOCKS if rows > SMALL else BLOCKS + BROAD
    some = _rules(rules, telling, lambda rule: _affordable(rule, columns))
    people = _name("name.family") in columns
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            make(_name(name))
            for name, make in COMPARISONS.items()
            if _name(name) in columns and not (people and name in LEFT_OUT)
        ],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in some],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )


def _train(linker: Linker, telling: set[str]) -> None:
    certain = [block_on(*rule) for rule in _rules(CERTAIN, telling)]
    training = linker.training
    if certain:
        training.estimate_probability_two_random_records_match(certain, recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=2e6)
    for rule in _rules(TRAINING, telling):
        try:
            training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
        except (EMTrainingException, ValueError) as error:  # too few pairs
            sys.stderr.write(f"splink: no training on {rule}: {error}\n")


def _rules(
    rules: tuple[tuple[str, ...], ...],
    columns: set[str],
    wanted: Callable[[tuple[str, ...]], bool] = lambda _: True,
) -> Iterator[list[str]]:
    for rule in rules:
        parts = [name.partition(":") for name in rule]
        if all(_name(name) in columns for name, _, _ in parts) and wanted(rule):
            yield [
                f"substr({_name(name)}, 1, {long})" if long else _name(name)
                for name, _, long in parts
            ]


def _rare(comparison: Any) -> Any:  # noqa: ANN401 - of Splink
    return comparison.configure(term_frequency_adjustments=True)


def _name(attribute: str) -> str:
    return attribute.replace(".", "_")


def main(table: str, mapping: str, out: str) -> None:
    """Score a table and write what was found."""
    loaded = load_table(Path(table), Path(mapping), IngestSettings())
    left, right, probability, cluster = pairs(loaded.table)
    np.savez(out, left=left, right=right, probability=probability, cluster=cluster)


if __name__ == "__main__":
    main(*sys.argv[1:])
