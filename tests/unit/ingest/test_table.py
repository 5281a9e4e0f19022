import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.bookkeeping import Reject
from graph.errors import BadFeed, BadMapping
from graph.model import Consent, Record, Version
from graph.schema import EdgeKind
from graph.store import GraphStore
from ingest.pipeline import ingest
from ingest.tables.columns import read_table
from ingest.tables.mapping import parse_mapping
from tests.support.facts import held, leaving, nouns, record

Write = Callable[..., Path]
MARCH = 1_772_316_000_000_000  # 2026-03-01T00:00+02:00


def said(store: GraphStore) -> dict[str, Version]:
    """Versions by their first e-mail."""
    return {
        one.raw["email"][0]: one for one in nouns(store, Version) if "email" in one.raw
    }


def test_rows_become_versions_of_records(store: GraphStore, write: Write) -> None:
    mapping = parse_mapping(
        """
        [columns]
        record_id = "id"
        source = "src"
        seen_at = "seen"
        name.full = ["first", "last"]
        phone = ["tel", "tel2"]
        email = "mail"
        birth.date = "born"
        """
    )
    path = write(
        "people.csv",
        "id,src,seen,first,last,tel,tel2,mail,born,shoe",
        "1,crm,2026-03-01T00:00:00+02:00,Анна,Коваль,0671234567,,a@x.ua,13/04/1975,38",
        "1,crm,2026-03-01,Анна,,0671234567,0501234567,b@x.ua,03/04/1975,",
        "2,web,,,,,,c@x.ua,04/13/1975,",
        "3,web,,,,,,d@x.ua,03/04/1975,",
        "4,web,,short",
    )
    [report] = ingest([path], store, mapping=mapping)
    assert (report.read, report.accepted, report.rejected) == (5, 4, 1)
    assert nouns(store, Reject)[0].code == "columns"
    assert sorted((r.source, r.key) for r in nouns(store, Record)) == [
        ("crm", "1"), ("web", "2"), ("web", "3"),
    ]  # fmt: skip
    versions = said(store)
    first = versions["a@x.ua"]
    assert (first.observed_at, first.offset_minutes) == (MARCH, 120)
    assert first.raw["name.full"] == ["Анна Коваль"]
    assert first.raw["x.shoe"] == ["38"]
    second = versions["b@x.ua"]
    assert second.observed_at == MARCH + 2 * 3_600_000_000
    assert "seen_at:date_only" in second.flags
    assert second.value["phone"] == ["+380671234567", "+380501234567"]
    born = {mail: one.value["birth.date"] for mail, one in versions.items()}
    assert born["b@x.ua"] == ["1975-04-03"]
    assert born["d@x.ua"] == ["1975-03-04"]
    assert versions["d@x.ua"].observed_at is None
    assert ("email", "a@x.ua") in held(store, "1")


def test_kinds_and_employers(store: GraphStore, write: Write) -> None:
    mapping = parse_mapping(
        """
        [columns]
        record_id = "id"
        name.full = "name"
        organization.name = "firm"
        organization.reg_no = "no"
        job.title = "job"
        """
    )
    path = write(
        "mixed.csv",
        "id,name,firm,no,job",
        "1,Анна Коваль,ТОВ «Ромашка»,,Інженер",
        "2,,Ромашка ТОВ,,",
        "3,Петро Коваль,ТОВ «Ромашка»,32855961,",
        "4,,,,",
    )
    ingest([path], store, mapping=mapping)
    kinds = {one.key: one.kind for one in nouns(store, Record)}
    assert (kinds["1"], kinds["2"], kinds["4"]) == ("person", "organization", "person")
    [work] = leaving(store, record(store, "1").id, EdgeKind.STATES)
    [firm] = [one for one in nouns(store, Record) if one.id == work.target]
    assert (firm.kind, firm.source) == ("organization", "mixed")
    assert firm.key.startswith("organization/")
    assert work.attributes["kind"] == "works_for"
    assert "title" in work.attributes
    [other] = leaving(store, record(store, "3").id, EdgeKind.STATES)
    assert other.target == record(store, "organization/32855961").id
    assert leaving(store, record(store, "2").id, EdgeKind.STATES) == []


def test_ties_and_consents(store: GraphStore, write: Write) -> None:
    mapping = parse_mapping(
        """
        [columns]
        record_id = "id"
        name.full = "name"
        [[states]]
        kind = "spouse"
        to = "spouse"
        [[states]]
        kind = "contact"
        to = { name = "next", phone = "tel" }
        [[consents]]
        purpose = "marketing"
        channel = "by"
        state = "ok"
        """
    )
    path = write("t.csv", "id,name,spouse,next,tel,by,ok",
                 "1,Анна,2,Ольга Бондар,0671234567,sms,так", "2,Петро,1,,,email,",
                 "3,Іван,,,,email,hm")  # fmt: skip
    ingest([path], store, mapping=mapping)
    ties = leaving(store, record(store, "1").id, EdgeKind.STATES)
    targets = {edge.attributes["kind"]: edge.target for edge in ties}
    assert targets["spouse"] == record(store, "2").id
    assert targets["contact"] == record(store, "contact/Ольга Бондар/+380671234567").id
    assert {(c.purpose, c.channel, c.state) for c in nouns(store, Consent)} == {
        ("marketing", "sms", "granted"),
        ("marketing", "email", "unknown"),
    }


def test_dates_in_parts_and_by_format(store: GraphStore, write: Write) -> None:
    parts = parse_mapping(
        """
        [columns]
        email = "mail"
        birth.year = "y"
        birth.month = "m"
        birth.day = "d"
        """
    )
    path = write("parts.csv", "mail,y,m,d", "a@x.ua,1975,4,3", "b@x.ua,1975,,")
    ingest([path], store, mapping=parts)
    by_format = parse_mapping(
        """
        [table]
        zone = "Europe/Kyiv"
        [columns]
        email = "mail"
        seen_at = { column = "at", format = "%m/%d/%Y %H:%M" }
        birth.date = { column = "born", format = "%m/%d/%Y" }
        """
    )
    path = write("dates.csv", "mail,at,born", "c@x.ua,03/01/2026 00:00,04/03/1975",
                 "d@x.ua,,1975")  # fmt: skip
    ingest([path], store, mapping=by_format)
    versions = said(store)
    assert versions["a@x.ua"].value["birth.date"] == ["1975-04-03"]
    assert versions["b@x.ua"].value["birth.date"] == ["1975-??-??"]
    assert versions["c@x.ua"].value["birth.date"] == ["1975-04-03"]
    assert versions["c@x.ua"].observed_at == MARCH
    assert "birth.date:other_format" in versions["d@x.ua"].flags


def test_rows_without_an_id_are_known_by_content(
    store: GraphStore, write: Write
) -> None:
    mapping = parse_mapping("[columns]\nemail = 'mail'\nowner = { constant = 'us' }")
    path = write("plain.csv", "mail", "a@x.ua", "a@x.ua", "b@x.ua")
    [report] = ingest([path], store, mapping=mapping)
    assert report.accepted == 3
    records = nouns(store, Record)
    assert len(records) == 3
    assert {one.owner for one in records} == {"us"}
    path.write_text("mail\na@x.ua\na@x.ua\nb@x.ua\na@x.ua\n")
    [report] = ingest([path], store, mapping=mapping)
    assert (report.skipped, report.accepted) == (3, 1)
    assert len(nouns(store, Record)) == 4


def test_a_mapping_that_does_not_fit(store: GraphStore, write: Write) -> None:
    mapping = parse_mapping("[columns]\nemail = 'mail'")
    path = write("other.csv", "a,b", "1,2")
    with pytest.raises(BadMapping, match="no column mail"):
        ingest([path], store, mapping=mapping)


def test_columns_without_a_store(write: Write) -> None:
    mapping = parse_mapping(
        """
        [columns]
        record_id = "id"
        name.full = "name"
        phone = "tel"
        """
    )
    plain = write("t.csv", "id,name,tel", "1,Коваль Анна Петрівна,0671234567", "2,,")
    path = plain.with_name("t.csv.gz")
    path.write_bytes(gzip.compress(plain.read_bytes()))
    table = read_table(path, mapping)
    first, second = table.to_pylist()
    assert (first["record_id"], first["source"], first["kind"]) == ("1", "t", "person")
    assert first["phone"] == ["+380671234567"]
    assert first["name.patronymic"] == ["Петрівна"]
    assert dict(first["raw"])["phone"] == ["0671234567"]
    assert second["phone"] == []


def test_parquet_says_what_csv_says(store: GraphStore, write: Write) -> None:
    mapping = parse_mapping(
        """
        [columns]
        record_id = "id"
        seen_at = "seen"
        birth.date = "born"
        phone = "tel"
        """
    )
    columns = {
        "id": [1, 2],
        "seen": [datetime(2026, 3, 1, tzinfo=UTC), None],
        "born": [date(1975, 4, 3), None],
        "tel": [380671234567.0, None],
        "ok": [True, None],
    }
    path = write("t.parquet")
    pq.write_table(pa.table(columns), path)
    [report] = ingest([path], store, mapping=mapping)
    assert (report.read, report.accepted) == (2, 2)
    [said] = nouns(store, Version)
    assert said.raw == {
        "birth.date": ["1975-04-03"], "phone": ["380671234567"], "x.ok": ["true"],
    }  # fmt: skip
    assert said.observed_at == MARCH + 2 * 3_600_000_000
    assert said.value["phone"] == ["+380671234567"]
    [again] = ingest([path], store, mapping=mapping)
    assert again.skipped == 2
    assert read_table(path, mapping).num_rows == 2


def test_damaged_parquet_is_a_clear_error(store: GraphStore, write: Write) -> None:
    mapping = parse_mapping("[columns]\nemail = 'mail'")
    path = write("t.parquet", b"PAR1" + b"x" * 100)
    with pytest.raises(BadFeed, match="damaged or cut off"):
        ingest([path], store, mapping=mapping)
