"""Call records in every form that they are exported in."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.bookkeeping import Reject
from graph.model import Interaction, Record
from graph.store import GraphStore
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from tests.support.facts import held, nouns

Write = Callable[..., Path]
KYIV = IngestSettings(zone="Europe/Kyiv")
CALL = {
    "accountcode": "", "src": "0671234567", "dst": "500", "dcontext": "from-trunk",
    "clid": '"Анна" <0671234567>', "channel": "PJSIP/trunk-1",
    "dstchannel": "PJSIP/201-2", "lastapp": "Queue", "lastdata": "q,t",
    "start": "2026-03-01 10:00:00", "answer": "2026-03-01 10:00:20",
    "end": "2026-03-01 10:02:00", "duration": "120", "billsec": "100",
    "disposition": "ANSWERED", "amaflags": "DOCUMENTATION",
}  # fmt: skip
OWN = {"uniqueid": "1772352000.17", "userfield": ""}
NEW = {"peeraccount": "", "linkedid": "1772352000.17", "sequence": "3"}
TABLE = ("calldate", "clid", "src", "dst", "dcontext", "channel", "dstchannel",
         "lastapp", "lastdata", "duration", "billsec", "disposition", "amaflags",
         "accountcode", "uniqueid", "userfield")  # fmt: skip


def text(*rows: list[str]) -> list[str]:
    lines = []
    for row in rows:
        into = io.StringIO()
        csv.writer(into, quoting=csv.QUOTE_ALL, lineterminator="").writerow(row)
        lines.append(into.getvalue())
    return lines


def said(store: GraphStore) -> tuple[object, ...]:
    [call] = nouns(store, Interaction)
    assert (call.wait_seconds, call.talk_seconds) == (20.0, 100.0)
    [record] = nouns(store, Record)
    assert set(held(store, record.key)) == {("phone", "+380671234567")}
    return (call.observed_at, call.direction, call.outcome, call.flags)


EXPECTED = (1_772_352_000_000_000, "in", "answered", ["no_zone"])


@pytest.mark.parametrize("more", [{}, OWN, NEW, OWN | NEW])
@pytest.mark.parametrize("headed", ["with a header", "without"])
def test_every_set_of_columns(
    more: dict[str, str], headed: str, store: GraphStore, write: Write
) -> None:
    row = CALL | more
    rows = [[*row], [*row.values()]] if headed != "without" else [[*row.values()]]
    [report] = ingest([write("Master.csv", *text(*rows))], store, settings=KYIV)
    assert (report.read, report.accepted) == (1, 1)
    assert said(store) == EXPECTED
    [record] = nouns(store, Record)
    assert record.source == "calls"
    assert (record.key == OWN["uniqueid"]) == ("uniqueid" in more)


def test_an_export_of_the_database_table(store: GraphStore, write: Write) -> None:
    row = CALL | OWN | {"calldate": CALL["start"]}
    path = write("cdr.csv", *text([*TABLE], [row[name] for name in TABLE]))
    [report] = ingest([path], store, settings=KYIV)
    assert (report.feed.partition(":")[0], report.accepted) == ("calls_table", 1)
    assert said(store) == EXPECTED


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"start": ""}, "missing"),
        ({"start": "soon"}, "time"),
        ({"billsec": "long"}, "value"),
        ({"extra": "x", "more": "y"}, "columns"),
    ],
)
def test_a_call_that_cannot_be_taken(
    changed: dict[str, str], code: str, store: GraphStore, write: Write
) -> None:
    good, bad = CALL | OWN, CALL | OWN | changed
    path = write("Master.csv", *text([*good.values()], [*bad.values()]))
    [report] = ingest([path], store, settings=KYIV)
    assert (report.accepted, report.rejected) == (1, 1)
    assert [one.code for one in nouns(store, Reject)] == [code]


def test_more_seconds_of_talk_than_of_call_are_flagged(
    store: GraphStore, write: Write
) -> None:
    row = CALL | OWN | {"duration": "10"}
    ingest([write("Master.csv", *text([*row.values()]))], store, settings=KYIV)
    [call] = nouns(store, Interaction)
    assert call.flags == ["no_zone", "negative_duration"]
    assert call.wait_seconds == 0
