"""How good a run is, on labelled sets that are measured and not tuned to.

The floors are the figures measured when this was written, less a little: they guard
against getting worse without noticing.
"""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from graph.connect import connect
from graph.snapshot import Projection, Purpose, take
from graph.store import GraphStore
from ingest.pipeline import ingest
from ingest.tables.mapping import parse_mapping
from intelligence import parties
from intelligence.evaluate.classes import macro_f1
from intelligence.evaluate.clusters import compare
from intelligence.jobs.full.resolving import resolve
from intelligence.sentiment.mood import read
from tests.support.ua_people import MAP

pytestmark = pytest.mark.data


def rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def clusters(store: GraphStore) -> dict[str, int]:
    """The party of each record, by the record's key."""
    wanted = Projection(
        purpose=Purpose.SHARED,
        labels=("Record", "Party"),
        edges=("OF",),
        columns={"Record": ("key",), "Party": ("kind", "name", "values")},
    )
    snapshot = take(store, wanted)
    keys = snapshot.nodes("Record").column("key").to_pylist()
    return dict(zip(keys, parties.read(snapshot).of_record.tolist(), strict=True))


def test_who_is_who_among_ukrainian_customers(tmp_path: Path, data_dir: Path) -> None:
    folder = data_dir / "ua_people_dev"
    with connect(f"sqlite:///{tmp_path / 'ua.db'}") as store:
        ingest([folder / "records.csv.gz"], store, mapping=parse_mapping(MAP))
        report = resolve(store)
        found = clusters(store)
    truth = {r["record_id"]: r["cluster_id"] for r in rows(folder / "clusters.csv.gz")}

    labels = np.array([found[record] for record in truth])
    quality = compare(labels, np.array(list(truth.values())))

    assert report.found["records"] >= len(truth) == quality.records  # and employers
    assert quality.pairwise.precision > 0.99
    assert quality.pairwise.f1 > 0.97
    assert quality.b_cubed.f1 > 0.97


@pytest.mark.parametrize(
    ("name", "language", "floor"),
    [
        ("en_uci_sls", "en", 0.70),
        ("en_airline_tweets", "en", 0.57),
        ("ru_rusentiment", "ru", 0.55),
        ("ru_opensentiment", "ru", 0.51),
        ("uk_rozetka_reviews", "uk", 0.69),
    ],
)
def test_moods_of_texts(name: str, language: str, floor: float, data_dir: Path) -> None:
    texts = rows(data_dir / "text" / name / "data.csv.gz")
    known = {"positive", "negative", "neutral"}
    labelled = [(r["text"], r["label"]) for r in texts if r["label"] in known]
    classes = {label for _, label in labelled}
    # Where every text has a mood, one that shows none counts as praise.
    unsure = "neutral" if "neutral" in classes else "positive"
    moods = [read(text, language).mood for text, _ in labelled]

    found = [mood if mood in classes else unsure for mood in moods]

    assert macro_f1(found, [label for _, label in labelled]) > floor
