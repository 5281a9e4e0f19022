"""Labelled pairs of names: not worse than they were."""

import json
from pathlib import Path

import pytest

from tests.support.typing_in import closeknit


@pytest.mark.data
def test_pairs_of_names(data_dir: Path) -> None:
    pairs = data_dir / "opensanctions_namebench" / "pairs.csv.gz"
    said = json.loads(closeknit("eval", "names", "--pairs", pairs, "--json").out)
    assert said["all"]["f1"] >= 0.84
    assert said["cyrillic"]["pairs"] == 19
