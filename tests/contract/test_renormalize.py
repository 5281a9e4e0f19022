"""A store of an earlier normalizer becomes that of today's, on every engine."""

import json
from pathlib import Path

import pytest

from graph.hashing import facts_hash
from graph.model import Version
from graph.query import Find
from graph.store import GraphStore
from ingest.pipeline import ingest
from ingest.renormalizing.renormalizing import Renewal, renormalize
from ingest.settings import IngestSettings
from ingest.tables.mapping import parse_mapping
from tests.contract.conftest import Another
from tests.support.other_normalizer import other_normalizer
from tests.support.renormalize_until import small

MAPPING = """
[table]
zone = "UTC"

[columns]
record_id = "id"
source = "system"
"name.full" = "name"
phone = "phone"
email = "email"
birth.date = "born"
tax_id = "tax"
"address.full" = "address"
"organization.name" = "employer"
"job.title" = "job"
seen_at = "since"
"""
# Anna twice: the second e-mail is the first one in other letters. The table's dates
# are written month first, which only the whole column tells.
TABLE = """\
id,system,name,phone,email,born,tax,address,employer,job,since
1,crm,Anna Koval,600 123 456,Anna@Example.com,03/04/1975,1234567890,"Київ, вул. Липова 12",Svitanok LLC,Boss,2025-03-01
1,crm,Anna Koval,600 123 456,anna@example.com,03/04/1975,,,,,2025-04-01
2,crm,Boris Koval,+48 600 123 456,BORIS@example.com,04/25/1980,,"Kiev, Lypova st. 12",,,2025-03-01
3,crm,Nobody,123,not an address,12/11/1990,,,,,
"""  # noqa: E501
POLISH = IngestSettings(region="PL")


def event(number: int, minute: int, **more: object) -> str:
    """A call of a visitor with a telephone whose id is in capitals."""
    return json.dumps(
        {
            "type": "page",
            "anonymousId": "anon-1",
            "messageId": f"m{number}",
            "timestamp": f"2026-03-01T09:{minute:02}:00Z",
            "context": {"device": {"id": "DEV-1"}},
            **more,
        }
    )


def post() -> str:
    """A post that mentions somebody."""
    said = {
        "id": "10", "text": "@Shop", "author_id": "1",
        "entities": {"mentions": [{"username": "Shop", "id": "7"}]},
        "created_at": "2026-03-01T10:00:00.000Z",
    }  # fmt: skip
    return json.dumps({"data": said})


@pytest.fixture
def feeds(tmp_path: Path) -> list[Path]:
    """A table, calls of a visitor, a post."""
    texts = {
        "people.csv": TABLE,
        "web.jsonl": "\n".join(
            [
                event(1, 0),
                event(2, 5),
                event(3, 59, type="identify", userId="7", traits={"email": "A@B.ua"}),
            ]
        ),
        "posts.jsonl": post(),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    return [tmp_path / name for name in texts]


def take(store: GraphStore, feeds: list[Path]) -> None:
    reports = ingest(feeds, store, mapping=parse_mapping(MAPPING), settings=POLISH)
    assert sum(report.rejected for report in reports) == 0


def test_it_equals_a_fresh_ingest(
    store: GraphStore, another: Another, feeds: list[Path]
) -> None:
    with other_normalizer():
        take(store, feeds)
    assert len(store.lookup([("device", "DEV-1")])[0].holders) == 1
    with another() as fresh:
        take(fresh, feeds)
        wanted = facts_hash(fresh)
    assert facts_hash(store) != wanted
    before = store.watermark()
    done = renormalize(small(store), settings=POLISH)
    assert facts_hash(store) == wanted
    assert store.changes(before).erased
    check(store, done)
    last = store.watermark()
    assert not renormalize(store, settings=POLISH).written
    assert store.watermark() == last


def check(store: GraphStore, done: Renewal) -> None:
    """What the numbers say is so."""
    assert done.gained == {"device": 1, "email": 2, "phone": 2, "x:handle": 1}
    assert done.lost == {"device": 1, "email": 4, "phone": 3, "x:handle": 1}
    [device] = store.lookup([("device", "dev-1")])[0].holders
    assert device.first_seen is not None
    assert device.last_seen is not None
    assert device.last_seen > device.first_seen
    [anna] = store.find(Find(label="Record", attribute="key", equals="1", limit=1))
    [dated] = [one for one in store.versions([anna.id])[0] if one.raw.get("tax_id")]
    assert dated.value["birth.date"] == ["1975-03-04"]
    assert dated.value["phone"] == ["+48600123456"]
    assert dated.more == {"read_by": {"region": "PL", "dates": {"/": "mdy"}}}
    assert isinstance(dated, Version)
