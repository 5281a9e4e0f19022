"""What the column readers say of what they cannot read."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from graph.errors import StoreDamaged, StoreError, StoreUnreadable
from graph.query import Scan
from graph.sqlite.readers import Query, Readers
from graph.sqlite.store import SqliteStore
from tests.support.columns import SCHEMA, count_to, processes, rows
from tests.support.graphs import Maker, batch, edge


@pytest.mark.parametrize(
    "query", ["SELECT 1 FROM nowhere", "SELECT 1 UNION ALL SELECT 'x'"]
)
def test_a_failing_query_names_the_file_and_leaves_the_reader_usable(
    pool: Readers, query: str
) -> None:
    with pytest.raises(StoreError, match=r"граф\.db"):
        rows(pool.stream(Query(sql=query, parameters=(), batch_rows=1, schema=SCHEMA)))
    assert rows(pool.stream(count_to(5))) == 5
    assert len(processes(pool)) == 1


def test_no_file_and_no_database_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreadable, match="cannot be opened"):
        rows(Readers(tmp_path / "none.db").stream(count_to(1)))
    noise = tmp_path / "noise.db"
    noise.write_bytes(b"noise" * 1_000)
    query = Query(
        sql="SELECT -1 UNION ALL SELECT seq FROM batch",
        parameters=(),
        batch_rows=1,
        schema=SCHEMA,
    )
    with pytest.raises(StoreUnreadable, match="not a database"):
        rows(Readers(noise).stream(query))


def test_a_damaged_page_is_an_error_and_not_less_rows(store: SqliteStore) -> None:
    path = store._readers._path
    store.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        for place in range(16_384, size, 4_096):
            file.seek(place)
            file.write(b"\xff" * 64)
    query = Query(
        sql="SELECT -1 UNION ALL SELECT handle FROM node",
        parameters=(),
        batch_rows=100,
        schema=SCHEMA,
    )
    with pytest.raises(StoreDamaged):
        rows(Readers(path).stream(query))


def test_columns_keep_their_types_however_late_a_value_comes(
    store: SqliteStore,
) -> None:
    """ADBC guesses types from the first rows; here all the first ones are null."""
    make = Maker(store.namespace)
    records = sorted((make.record(f"z{n}") for n in range(40_000)), key=lambda r: r.id)
    parties = [make.party(one, "x") for one in records[:2]]
    last = records[-1]
    ties = [edge("STATES", records[0], one) for one in records[1:-1]]
    late = edge("STATES", records[0], last, key="late", weight=0.5, times=(7, None))
    store.apply(batch("nulls", records, parties, ties, late))
    found = pa.Table.from_batches(store.scan_edges("STATES", Scan(ordered=True)))
    assert found.num_rows == len(ties) + 1
    (row,) = found.filter(pc.is_valid(found["weight"])).to_pylist()
    assert (row["key"], row["weight"], row["since"].microsecond) == ("late", 0.5, 7)
