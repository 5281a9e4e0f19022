"""docs/neo4j.md names every scheme and option of a URL, and no other."""

import re
from pathlib import Path

import msgspec

from graph.neo4j.place import SCHEMES, Tuning, place_of

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs/neo4j.md").read_text("utf-8")


def test_all_schemes() -> None:
    rows = re.findall(r"^\| `(neo4j\S*|bolt\S*)` \|", TEXT, re.MULTILINE)
    assert sorted(rows) == sorted(SCHEMES)


def test_all_options_with_their_defaults() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", TEXT, re.MULTILINE)
    assert {name: float(value) for name, value in rows} == msgspec.to_builtins(Tuning())


def test_the_example_of_an_option() -> None:
    [option] = re.findall(r"`(\?retry=\d+)`", TEXT)
    assert place_of(f"neo4j://u:p@h/db{option}").tuning.retry > Tuning().retry


def test_it_is_linked() -> None:
    assert "(docs/neo4j.md)" in (ROOT / "README.md").read_text("utf-8")
