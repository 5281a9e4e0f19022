"""Real input besides the town: a customer table by its mapping."""

from pathlib import Path

import pytest

from graph.columnar.keys import handle_of
from graph.store import Find, GraphStore
from ingest.pipeline import ingest
from ingest.tables.mapping import parse_mapping

MAPPING = """
[columns]
record_id = "record_id"
source = "source"
seen_at = "seen_on"
name.family = "last_name"
name.given = "first_name"
name.patronymic = "patronymic"
birth.date = "date_of_birth"
tax_id = "tax_id"
phone = "phone"
email = "email"
address.city = "city"
address.street = "street"
address.house = "house"
address.flat = "flat"
device = "device_id"
iban = "payout_iban"
organization.name = "employer"
"""


@pytest.mark.data
def test_a_table_of_ukrainian_customers(store: GraphStore, data_dir: Path) -> None:
    path = data_dir / "ua_people_dev" / "records.csv.gz"
    mapping = parse_mapping(MAPPING)
    [report] = ingest([path], store, mapping=mapping)
    assert (report.read, report.accepted) == (15_999, 15_999)
    counts = store.counts()
    assert counts.nodes["Record"] > 15_999  # employers are records too
    assert counts.nodes["Version"] >= 15_999
    assert counts.edges["STATES"] > 1_000
    [found] = store.find(Find(label="Record", attribute="key", equals="u0"))
    [[version]] = store.versions([found.id])
    assert version.value["phone"] == ["+380959310304"]
    assert version.value["birth.date"] == ["2003-12-14"]
    [holders] = store.lookup([("phone", "+380959310304")])
    assert handle_of(found.id) in {holder.record for holder in holders.holders}
    [again] = ingest([path], store, mapping=mapping)
    assert again.skipped == again.read == 15_999
    assert store.counts() == counts
