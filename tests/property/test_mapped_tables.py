"""Whatever a mapped table holds, a row is taken or rejected, and it comes to an end.

As ``test_connectors``, with a mapping that has all that mappings may have: CSV whose
bytes are bent, and Parquet of odd types, which has no bad bytes but odd values.
"""

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.batch import GraphBatch
from graph.schema import EdgeKind
from graph.sqlite.codes import Codes
from graph.sqlite.prepare import prepare
from graph.writing.limits import Limits
from ingest.pipeline import ingest
from ingest.tables.mapping import parse_mapping
from ingest.trying.rehearsal import Nowhere

MAPPING = parse_mapping("""
[table]
zone = "Europe/Kyiv"
[columns]
record_id = "id"
source = "system"
kind = "kind"
seen_at = "since"
"name.full" = ["family", "given"]
phone = "tel"
email = "mail"
"birth.date" = "born"
"address.full" = "home"
tax_id = "inn"
iban = "iban"
[[states]]
kind = "spouse"
to = "wife"
[[states]]
kind = "works_for"
name = "firm"
phone = "tel"
[[consents]]
purpose = "marketing"
channel = "email"
state = "news"
""")
# fmt: off
ROWS = (
    "id,system,kind,since,family,given,tel,mail,born,home,inn,iban,wife,firm,news,x",
    ("1,crm,person,2025-03-01T10:00:00Z,Коваль,Анна,067 123 45 67,a@x.ua,13/04/1975,"
    '"Київ, вул. Садова 1",1234567890,UA213223130000026007233566001,2,F1,yes,чай'),
    "F1,erp,organization,01.03.2025,ТОВ Сад,,0441234567,,,,32855961,,,,no,",
)
# fmt: on
PIECES = st.binary(max_size=6) | st.sampled_from(
    [
        b'"',
        b",",
        b";",
        b"\n",
        b"\r",
        b"\x00",
        b"\xff",
        b"\xff\xfe",
        b"=cmd()",
        b"''",
        b"9" * 40,
        "é".encode(),
        b"0000-00-00",
        b"1e999",
        b"a" * 3_000,
    ]
)  # fmt: skip
VALUES: st.SearchStrategy[list[Any]] = st.sampled_from([
    [None, "1"], ["", "\ud7ff\x00"], ["a" * 3_000, "1"], [1, -(2**63)],
    [1.5, math.nan], [math.inf, 2.0], [True, None], [date(1, 1, 1), date(9999, 12, 31)],
    [datetime(2026, 3, 1, tzinfo=UTC), None], [Decimal("1.10"), None], [b"\xff", b"a"],
    [["a", None], []], [{"a": 1}, {"a": None}], ["31/31/2020", "2020-02-30"],
])  # fmt: skip

CODES = Codes({}, {}, {kind: n for n, kind in enumerate(EdgeKind)}, {})


def check(batch: GraphBatch) -> None:
    """What an engine looks at before it writes."""
    prepare(batch, CODES, Limits())


def take(path: Path) -> None:
    """Take a file in a folder; nothing is raised, and the sums are right."""
    for report in ingest([path.parent], Nowhere(50, check).store(), mapping=MAPPING):
        assert report.read == report.accepted + report.rejected + report.skipped


@settings(max_examples=150)
@given(
    row=st.integers(0, 2),
    place=st.integers(0, 200),
    length=st.integers(0, 12),
    piece=PIECES,
    times=st.integers(1, 3),
)
def test_bent_rows(row: int, place: int, length: int, piece: bytes, times: int) -> None:
    lines = [line.encode() for line in ROWS]
    victim = lines[row]
    lines[row] = victim[:place] + piece * times + victim[place + length :]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        path.write_bytes(b"\n".join([*lines, ROWS[1].encode(), b""]))
        take(path)


@settings(max_examples=60)
@example({"system": ["a" * 3_000, "1"]})
@given(st.dictionaries(st.sampled_from(ROWS[0].split(",")), VALUES, max_size=5))
def test_odd_columns_of_parquet(odd: dict[str, list[Any]]) -> None:
    columns: dict[str, list[Any]] = {name: ["1", "2"] for name in ROWS[0].split(",")}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "people.parquet"
        pq.write_table(pa.table(columns | odd), path)
        take(path)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_its_own_rows_are_taken(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"people.{form}"
    path.write_text("\n".join(ROWS) + "\n", "utf-8")
    if form == "parquet":
        header, *rows = [line.split(",") for line in (ROWS[0], ROWS[2])]
        columns = dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))
        pq.write_table(pa.table(columns), path)
    batches: list[GraphBatch] = []
    [report] = ingest([path], Nowhere(100, batches.append).store(), mapping=MAPPING)
    assert report.rejected == 0
    assert report.accepted == (2 if form == "csv" else 1)
    kinds = {edge.type for batch in batches for edge in batch.edges}
    assert EdgeKind.STATES in kinds
