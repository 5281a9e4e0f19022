"""Records that come in weigh what they would among all others, on real tables too."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest

from api.tables import load_table
from ingest.town import build_table
from intelligence.identity import engine
from intelligence.identity.blocking.blocking import Blocks, blocks
from intelligence.identity.blocking.key_kinds import names
from intelligence.identity.blocking.keys import key_columns
from intelligence.identity.clustering.copies import Copies
from intelligence.identity.columns.table import RecordTable
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.index.building import Known, Membership, build
from intelligence.identity.index.delta import Delta
from intelligence.identity.index.generation import Generation
from intelligence.identity.index.rows import Rows
from intelligence.identity.weights.model import LeftOut, Model
from intelligence.identity.weights.scoring import Scorer
from intelligence.identity.weights.yields import without
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
    sources = [source_name(at) for at in range(int(table.source.max()) + 1)]
    delta = _index(part(table, rest), Known(1, "", SECRET, model.script_keys, sources))
    index, fewer = desk(delta, model), desk(delta, _leaving_out(model, rng))
    dropped = 0
    for row in out.tolist():
        asked = Rows(part(table, np.array([row])), sources)
        near = index.near(asked)
        every = part(table, np.append(rest, row))
        ready = features(every, SECRET, script_keys=model.script_keys)
        last = len(rest)
        right = np.searchsorted(rest, [int(key, 16) for key in near.record])
        wanted = Scorer(model, ready).score(np.full(len(right), last), right)
        for name in ("match", "relative", "stranger", "against"):
            mine, theirs = getattr(near.scores, name), getattr(wanted, name)
            np.testing.assert_array_equal(mine, theirs)
        copies = Copies.of(ready, np.empty(0, dtype=np.int64))
        found = blocks(len(every), copies.silenced(key_columns(ready)))
        assert _beside(found, last) == set(right.tolist())
        kept = without(found, names(), fewer.model.left_out)
        few = [int(key, 16) for key in fewer.near(asked).record]
        assert _beside(kept, last) == set(np.searchsorted(rest, few).tolist())
        dropped += len(right) - len(few)
    assert dropped > 0


def _index(table: RecordTable, known: Known) -> Delta:
    made = build(table, Membership(np.full(len(table), -1), []), known)
    return Delta(Generation.of(Path("/nowhere"), *made), SECRET)


def _leaving_out(model: Model, rng: np.random.Generator) -> Model:
    """The model, as if a third of the classes of blocks were not worth their pairs."""
    bounds = [2, 3, 4, 5, 7, 10, 150]
    classes = [
        LeftOut(name, least, most - 1)
        for name in names().values()
        for least, most in pairwise(bounds)
        if rng.random() < 1 / 3
    ]
    return msgspec.structs.replace(model, left_out=tuple(classes))


def _beside(found: Blocks, row: int) -> set[int]:
    """The rows that blocks bring together with one."""
    brought: set[int] = set()
    for left, right in found.batches():
        brought |= {*left[right == row].tolist(), *right[left == row].tolist()}
    return brought


def test_on_a_town(tmp_path: Path) -> None:
    build_table(400, 5, tmp_path, 0.3)
    loaded = load_table(tmp_path / "records.csv.gz", tmp_path / "map.toml")
    compared(loaded.table)


@pytest.mark.data
@pytest.mark.parametrize("name", ["fake_1000", "dedupe_orgs", "senzing_truth"])
def test_on_labelled_sets(name: str, data_dir: Path) -> None:
    loaded = load_table(data_dir / name / "records.csv.gz", MAPS / f"{name}.toml")
    compared(loaded.table)
