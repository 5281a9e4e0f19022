"""Small labelled sets: not worse than they were, whatever columns are called.

The large sets are measured by `make eval-identity`.
"""

import csv
import gzip
import random
from pathlib import Path

import numpy as np
import pytest

from api.labels import load_truth
from api.tables import load_table
from ingest.tables.mapping import parse_mapping
from intelligence.evaluate.clusters import compare
from intelligence.evaluate.identity import evaluate, medians
from intelligence.identity.engine import resolve

pytestmark = pytest.mark.data

MAPS = Path(__file__).resolve().parents[2] / "support" / "maps"
SMALL = ("fake_1000", "febrl1", "rldata500", "senzing_truth")


@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("fake_1000", 0.965),
        ("febrl1", 0.99),
        ("rldata500", 0.97),
        ("senzing_truth", 0.68),
        ("dedupe_orgs", 0.90),
    ],
)
def test_who_is_who(name: str, floor: float, data_dir: Path) -> None:
    loaded = load_table(data_dir / name / "records.csv.gz", MAPS / f"{name}.toml")
    truth = load_truth(loaded, data_dir / name / "clusters.csv.gz")
    found = medians(evaluate(loaded.table, truth, shuffles=3))
    assert (found["pair_f1"] or 0) >= floor


@pytest.mark.parametrize("name", SMALL)
def test_names_of_columns_and_sources_mean_nothing(
    name: str, data_dir: Path, tmp_path: Path
) -> None:
    table = data_dir / name / "records.csv.gz"
    text = (MAPS / f"{name}.toml").read_text("utf-8")
    plain = load_table(table, parse_mapping(text))

    with gzip.open(table, "rt", encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    mapping = parse_mapping(text)
    shuffled = random.Random(5).sample(range(len(head)), len(head))  # noqa: S311
    renamed = {name: f"c{at}" for at, name in enumerate(head)}
    source = mapping.fields.get("source")
    at_source = head.index(source.columns[0]) if source else None
    for row in rows:
        if at_source is not None:
            row[at_source] = f"system {row[at_source][::-1]}"
    other = tmp_path / "other.csv"
    with other.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([renamed[head[at]] for at in shuffled])
        writer.writerows([row[at] for at in shuffled] for row in rows)
    fields = "\n".join(
        f'"{one.attribute}" = {[renamed[column] for column in one.columns]}'
        for one in mapping.fields.values()
    )
    strange = load_table(other, parse_mapping(f"[columns]\n{fields}"))

    assert (resolve(strange.table).cluster == resolve(plain.table).cluster).all()


# Random pairs are drawn by row: with a hundred true pairs the weights differ a little.
@pytest.mark.parametrize(
    ("name", "alike"), [*((one, 0.97) for one in SMALL[:3]), ("senzing_truth", 0.9)]
)
def test_the_order_of_rows_hardly_matters(
    name: str, alike: float, data_dir: Path
) -> None:
    loaded = load_table(data_dir / name / "records.csv.gz", MAPS / f"{name}.toml")
    order = np.random.default_rng(3).permutation(len(loaded.table))

    given = resolve(loaded.table).cluster
    other = resolve(loaded.table.taken(order)).cluster

    assert compare(other, given[order]).pairwise.f1 >= alike
