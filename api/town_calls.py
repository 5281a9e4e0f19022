"""A town's calls with the truth behind them, and what a store says of their numbers."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import pyarrow.parquet as pq

from api.typed import at_home
from graph.errors import BadSettings
from graph.store import GraphStore
from ingest.facts.times import micros
from ingest.sources.cdr import NAME as CALLS
from intelligence.evaluate.calls import Call, Foretold, Statement, foretold
from intelligence.identity.columns.records import person_name
from intelligence.identity.names.names import family_key

_HOLDERS = 1_000
_ASKED = 500
_FAMILY = 5


def town_calls(town: Path, store: GraphStore) -> list[Foretold]:
    """Each call of a town, with what the store had heard of its number before.

    Args:
        town: folder that ``closeknit town`` wrote.
        store: into which its feeds were taken.

    Raises:
        BadSettings: the folder has no truth.
    """
    truth = town / "truth"
    if not (truth / "calls.parquet").is_file():
        message = f"{town}: no town; `closeknit town --out {town}` writes one"
        raise BadSettings(message)
    rows = [one for one in _rows(truth / "calls.parquet") if one["number"]]
    homes = at_home([one["number"] for one in rows])
    calls = [
        Call(one["number"], one["person_id"], micros(one["started_at"]), home)
        for one, home in zip(rows, homes, strict=True)
        if one["person_id"]
    ]
    family = {
        one["person_id"]: family_key(
            person_name({"name.full": [one["name_latin"]]})[1]
        )[:_FAMILY]
        for one in _rows(truth / "persons.parquet")
    }
    person = {
        (one["source"], one["key"]): one["person_id"]
        for one in _rows(truth / "records.parquet")
        if one["person_id"]
    }
    numbers = sorted({call.number for call in calls})
    return foretold(calls, list(_stated(store, numbers, person)), family)


def _rows(path: Path) -> list[dict[str, Any]]:
    table = cast("Any", pq).read_table(path)
    return cast("list[dict[str, Any]]", table.to_pylist())


def _stated(
    store: GraphStore, numbers: list[str], person: dict[tuple[str, str], str]
) -> Iterable[Statement]:
    for begin in range(0, len(numbers), _ASKED):
        asked = [("phone", one) for one in numbers[begin : begin + _ASKED]]
        for one in store.lookup(asked, limit=_HOLDERS):
            for holder in one.holders:
                if holder.source is None or holder.source == CALLS:
                    continue
                who = person.get((holder.source, holder.key or ""))
                if who is not None:
                    yield Statement(one.value, who, holder.first_seen or 0)
