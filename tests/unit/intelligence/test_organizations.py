"""Sites and names of organizations: lines taken apart, words weighed by rarity."""

import numpy as np
import pytest

from intelligence.identity.columns.table import Column, RecordTable
from intelligence.identity.columns.word_sets import WordSets
from intelligence.identity.comparisons.comparison import Batch
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.comparisons.registry import COMPARISONS
from intelligence.identity.engine import resolve
from intelligence.identity.names.street_lines import street_line


@pytest.mark.parametrize(
    ("line", "house", "street"),
    [
        ("7059 North Greenview avenue", "7059", "n Greenview avenue"),
        ("7146 48 S Ashland avenue", "7146", "S Ashland avenue"),
        ("362 E 61st street", "362", "E 61st street"),
        ("Hardenbergstraße 87", "87", "Hardenbergstraße"),
        ("Skyline Apartments, 705 Sheppard Ave", "705", "Sheppard Ave"),
        ("вул. Садова 12б", "12б", "вул Садова"),
        ("s hwy 701", "", "s hwy 701"),
        ("Main street", "", "Main street"),
        ("12", "12", ""),
        ("", "", ""),
    ],
)
def test_a_line_is_house_and_street(line: str, house: str, street: str) -> None:
    assert street_line(line) == (house, street)


def test_rare_words_weigh_and_common_ones_do_not() -> None:
    names = ["school morgan", "school monroe", "school mason", "morgan garrett school"]
    words = WordSets.of(names)
    left = np.zeros(4, dtype=np.int32)
    right = np.array([0, 1, 3, -1], dtype=np.int32)

    lighter, heavier = words.overlap(left, right)

    weights = {"school": np.log1p(4 / 4), "morgan": np.log1p(4 / 2)}
    weights |= {"monroe": np.log1p(4), "garrett": np.log1p(4)}
    light = weights["school"] + weights["morgan"]
    assert lighter[0] == heavier[0] == 1.0
    assert lighter[1] == pytest.approx(weights["school"] / light)
    assert lighter[2] == pytest.approx(1.0)
    assert heavier[2] == pytest.approx(light / (light + weights["garrett"]))
    assert lighter[3] == heavier[3] == -1.0


def test_words_that_begin_others_or_are_nearly_alike_match() -> None:
    words = WordSets.of(["community karrasel", "comm karrassel", "zebra", ""])
    left, right = np.array([0, 0, 3], dtype=np.int32), np.array([1, 2, 2], np.int32)
    lighter, _ = words.overlap(left, right)
    assert lighter.tolist() == pytest.approx([0.9, 0.0, 0.0])


def test_each_word_of_a_name_matches_once() -> None:
    words = WordSets.of(["anna ann", "ann"])
    one = np.array([0], dtype=np.int32)
    _, heavier = words.overlap(one, one + 1)
    assert heavier[0] < 1


def firms() -> RecordTable:
    said = [
        ("kids place", "10 w north street"),
        ("kids place", "10 west north"),
        ("kids place", "16 w north street"),
        ("kids place", "900 w north street"),
        ("kids place", "5 e oak lane"),
        ("anna koval", "10 w north street"),
    ]
    return RecordTable(
        ids=[str(at) for at in range(len(said))],
        source=np.zeros(len(said), dtype=np.int64),
        organization=np.array([1, 1, 1, 1, 1, 0]),
        values={
            "organization.name": Column.listed([[name] for name, _ in said]),
            "address.street": Column.listed([[street] for _, street in said]),
        },
    )


def test_the_site_of_an_organization_is_its_house() -> None:
    (site,) = [one for one in COMPARISONS if one.name == "site"]
    left = np.zeros(5, dtype=np.int64)
    levels = site.compare(Batch(features(firms()), left, np.arange(1, 6)))
    named = [site.levels[at] if at >= 0 else "" for at in levels.tolist()]
    assert named == ["same house", "near by", "same street", "different", ""]


def test_branches_of_one_name_stay_apart() -> None:
    """Twenty chains of three branches, each branch known to two systems."""
    streets = ["oak", "elm", "ash", "fir", "yew", "bay", "fig", "gum", "box", "may"]
    rows = [
        (f"{chain} {streets[at % 10]}works", f"{at * 37 + branch * 11} {street} street")
        for at, chain in enumerate(f"{a}{b}tor" for a in "kmprs" for b in "aeio")
        for branch, street in enumerate((streets[at % 7], streets[at % 3 + 7], "main"))
        for _ in range(2)
    ]
    table = RecordTable(
        ids=[str(at) for at in range(len(rows))],
        source=np.arange(len(rows)) % 2,
        organization=np.ones(len(rows), dtype=np.int64),
        values={
            "organization.name": Column.listed([[name] for name, _ in rows]),
            "address.street": Column.listed([[street] for _, street in rows]),
        },
    )

    cluster = resolve(table).cluster

    assert len(np.unique(cluster)) == len(rows) // 2
    assert (cluster[::2] == cluster[1::2]).all()
