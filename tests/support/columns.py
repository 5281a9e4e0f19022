"""What the tests of the column readers ask, and where the readers are."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from graph.sqlite.readers import Query, Readers

ROWS = 4_000
SCHEMA = pa.schema([pa.field("number", pa.int64())])
COUNT = """
SELECT -1 UNION ALL SELECT * FROM (
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number)
    SELECT n FROM number LIMIT ?1
)
"""


def count_to(last: int, batch_rows: int = 1_000) -> Query:
    return Query(sql=COUNT, parameters=(last,), batch_rows=batch_rows, schema=SCHEMA)


def ended(process: int) -> bool:
    return state(process) in {"", "Z"}


def state(process: int) -> str:
    """The letter of proc(5): "S" while it waits for something, "" when it is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""


def processes(pool: Readers) -> list[int]:
    return [reader._process.pid for reader in pool._all]


def rows(batches: Iterator[pa.RecordBatch]) -> int:
    return sum(one.num_rows for one in batches)
