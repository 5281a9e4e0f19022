"""Records that come in weigh what they would among all others, on real tables too."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from api.tables import load_table
from ingest.town import build_table
from intelligence.identity import engine
from intelligence.identity.blocking import blocks
from intelligence.identity.copies import Copies
from intelligence.identity.index.building import Known, Membership, build
from intelligence.identity.index.delta import Delta
from intelligence.identity.index.generation import Generation
from intelligence.identity.index.rows import Rows
from intelligence.identity.keys import key_columns
from intelligence.identity.model import Model
from intelligence.identity.preparing import features
from intelligence.identity.scoring import Scorer
from intelligence.identity.table import RecordTable
from tests.support.desks import SECRET, desk
from tests.support.town_tables import part, source_name

MAPS = Path(__file__).resolve().parents[2] / "support" / "maps"
HELD_OUT = 12


def compared(table: RecordTable) -> None:
    """Hold some records out, ask an index of the others, and ask the engine."""
    ids = [f"{at:032x}" for at in range(len(table))]
    table = replace(table, ids=ids, raw={})
    model = Model.from_bytes(
        engine.resolve(table, settings=engine.Settings(secret=SECRET)).model
    )
    rng = np.random.default_rng(3)
    out = np.sort(rng.choice(len(table), HELD_OUT, replace=False))
    rest = np.setdiff1d(np.arange(len(table)), out)
    names = [source_name(at) for at in range(int(table.source.max()) + 1)]
    known = Known(1, "", SECRET, model.script_keys, names)
    nobody = Membership(np.full(len(rest), -1), [])
    manifest, arrays = build(part(table, rest), nobody, known)
    index = desk(
        Delta(Generation.of(Path("/nowhere"), manifest, arrays), SECRET), model
    )
    for row in out.tolist():
        near = index.near(Rows(part(table, np.array([row])), names))
        every = part(table, np.append(rest, row))
        ready = features(every, SECRET, script_keys=model.script_keys)
        last = len(rest)
        right = np.searchsorted(rest, [int(key, 16) for key in near.record])
        wanted = Scorer(model, ready).score(np.full(len(right), last), right)
        for name in ("match", "relative", "stranger", "against"):
            mine, theirs = getattr(near.scores, name), getattr(wanted, name)
            np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-6)
        copies = Copies.of(ready, np.empty(0, dtype=np.int64))
        found = blocks(len(every), copies.silenced(key_columns(ready)))
        batch: set[int] = set()
        for left, other in found.batches():
            batch |= {*left[other == last].tolist(), *other[left == last].tolist()}
        assert batch <= set(right.tolist())


def test_on_a_town(tmp_path: Path) -> None:
    build_table(400, 5, tmp_path, 0.3)
    loaded = load_table(tmp_path / "records.csv.gz", tmp_path / "map.toml")
    compared(loaded.table)


@pytest.mark.data
@pytest.mark.parametrize("name", ["fake_1000", "dedupe_orgs", "senzing_truth"])
def test_on_labelled_sets(name: str, data_dir: Path) -> None:
    loaded = load_table(data_dir / name / "records.csv.gz", MAPS / f"{name}.toml")
    compared(loaded.table)
