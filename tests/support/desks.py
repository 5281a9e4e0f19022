"""An identity index without a store: made of records held in a dict."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graph.model import Texts
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.index.building import Known, Membership, build
from intelligence.identity.index.delta import Delta
from intelligence.identity.index.desk import Desk
from intelligence.identity.index.generation import Generation
from intelligence.identity.index.rows import Rows, rows_of
from intelligence.identity.weights.model import Model

SECRET = b"secret"
NAMESPACE = "a namespace"


@dataclass(frozen=True)
class One:
    """A record."""

    source: str
    said: Texts
    organization: bool = False


Records = Mapping[str, One]


def rows(records: Records, ids: list[str] | None = None) -> Rows:
    """Records as a table, in the order of their ids unless told."""
    wanted = sorted(records) if ids is None else ids
    some = [records[one] for one in wanted]
    return rows_of(
        wanted,
        [one.source for one in some],
        [one.organization for one in some],
        [one.said for one in some],
    )


def membership(records: Records, parties: Mapping[str, str]) -> Membership:
    """Who is of which party."""
    ids = sorted({parties[one] for one in records if parties.get(one)})
    number = {key: at for at, key in enumerate(ids)}
    of = [number.get(parties.get(one, ""), -1) for one in sorted(records)]
    return Membership(np.array(of, dtype=np.int64), ids)


def generation(
    records: Records, parties: Mapping[str, str], *, script_keys: bool = True
) -> Generation:
    """A generation that is in no file."""
    table = rows(records)
    known = Known(1, NAMESPACE, SECRET, script_keys, table.sources)
    manifest, arrays = build(table.table, membership(records, parties), known)
    return Generation.of(Path("/nowhere"), manifest, arrays)


def put(delta: Delta, records: Records, parties: Mapping[str, str]) -> None:
    """Records are now these, new ones or known ones."""
    ids = sorted(records)
    delta.remove(ids)
    some = rows(records, ids)
    whole = delta.whole.beside(some.table)
    script = delta.base.manifest.script_keys
    ready = features(some.table, SECRET, script_keys=script, whole=whole)
    delta.attributes |= whole.attributes
    delta.add(ids, delta.sources.numbers(some.sources)[some.table.source], ready)
    delta.assign(ids, [parties.get(one, "") for one in ids])


def desk(delta: Delta, model: Model) -> Desk:
    """Where to ask."""
    return Desk(delta, model, 1)
