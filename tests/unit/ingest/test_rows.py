import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.reading.lines import Line, read_lines
from ingest.reading.rows import RowLimits, read_rows, separator


def rows(data: bytes, row_lines: int = 5) -> list[Line]:
    lines = read_lines(io.BytesIO(data), 10_000)
    return list(read_rows(lines, ",", RowLimits(lines=row_lines)))


CELL = st.text(st.sampled_from('ab ,"\nї'), max_size=6)


@given(st.lists(st.lists(CELL, min_size=2, max_size=3), min_size=1, max_size=5))
def test_what_csv_writes_is_read_back(table: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(table)
    data = text.getvalue().encode()
    found = rows(data, row_lines=100)
    assert [line.fields for line in found] == table
    assert b"".join(data[one.offset : one.end] for one in found) == data


def test_quotes_that_never_close_cost_one_line() -> None:
    found = rows(b'1,"open\n2,b\n3,c\n4,d\n5,e\n6,f\n')
    assert found[0].fields is None
    assert [line.fields for line in found[1:]] == [
        ["2", "b"], ["3", "c"], ["4", "d"], ["5", "e"], ["6", "f"],
    ]  # fmt: skip
    assert [line.number for line in found] == [1, 2, 3, 4, 5, 6]


def test_quotes_that_never_close_at_the_end_of_the_file() -> None:
    found = rows(b'1,a\n2,"open\n3,c')
    assert [line.fields for line in found] == [["1", "a"], None, ["3", "c"]]


def test_a_lone_quote_inside_a_cell_is_text() -> None:
    assert [line.fields for line in rows(b'1,5" pipe\n2,b\n')] == [
        ["1", '5" pipe'],
        ["2", "b"],
    ]


def test_a_row_that_is_not_utf_8_has_no_cells() -> None:
    assert [line.fields for line in rows("1,ї\n".encode("cp1251") + b"2,b\n")] == [
        None,
        ["2", "b"],
    ]


@pytest.mark.parametrize(
    ("header", "expected"), [("a,b", ","), ("a;b,c;d", ";"), ("a\tb", "\t"), ("a", ",")]
)
def test_the_separator_is_found_in_the_header(header: str, expected: str) -> None:
    assert separator(header) == expected
