"""``closeknit erase``: what it counts is what goes, from everywhere at once."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.erasing import going, meant
from graph.bookkeeping import Tombstone
from graph.model import Edge, Party, Record, Transfer
from graph.query import Scan
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.index.rows import rows_of
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.full.scoring import score
from intelligence.jobs.index import Index
from tests.support.graphs import batch
from tests.support.people import IDS, named
from tests.support.street import street, write
from tests.support.typing_in import closeknit

NAMES = ("Ганна", "Коваль", "anna@example.org")


@pytest.fixture
def people(
    store: GraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The street, resolved and scored; Anna sent money to Zoya and to herself."""
    facts, ids = street()
    for number, to in enumerate(("zoya", "anna web")):
        sent = Transfer(
            id=IDS.event("Transfer", ids["anna"], f"{number}"),
            amount=1,
            currency="UAH",
        )
        facts.add(sent)
        facts.edge("FROM", sent.id, ids["anna"])
        facts.edge("TO", sent.id, ids[to])
    write(store, facts)
    resolve(store)
    score(store)
    monkeypatch.chdir(tmp_path)
    index = json.dumps(str(tmp_path / "index"))
    (tmp_path / "closeknit.toml").write_text(f"index = {index}\n", "utf-8")
    return ids


def erased(url: str, *words: str) -> dict[str, Any]:
    done = closeknit("erase", *words, "--json", "--store", url)
    assert done.code == 0, done.err
    return json.loads(done.out)


def party_of(store: GraphStore, record: str) -> Party:
    (of,) = store.edges([record], [EdgeKind.OF])
    (party,) = store.get([of.target])
    assert isinstance(party, Party)
    return party


def texts(store: GraphStore) -> str:
    """Everything that scans can see, closed conclusions included."""
    counts, scan = store.counts(), Scan(past=True)
    nodes = [b for label in counts.nodes for b in store.scan_nodes(label, scan)]
    edges = [b for kind in counts.edges for b in store.scan_edges(kind, scan)]
    return "\n".join(str(columns.to_pylist()) for columns in (*nodes, *edges))


def test_a_trial_counts_what_goes_and_writes_nothing(
    store: GraphStore, people: dict[str, str], url: str
) -> None:
    before = store.counts()
    party = party_of(store, people["anna"]).id
    trial = erased(url, party, "--dry-run")
    assert store.counts() == before
    assert (trial["erased"], trial["transaction"]) == (False, None)
    assert trial["going"]["sources"] == {"crm": 1, "web": 1}
    assert (trial["going"]["parties_ended"], trial["going"]["parties_kept"]) == (1, 0)
    done = erased(url, party, "--yes", "--why", "asked", "--by", "olha")
    assert done["going"] == trial["going"]
    after = store.counts()
    assert done["transaction"] == after.seq == before.seq + 1
    facts = {"Record": 2, **trial["going"]["facts"]}
    assert facts.keys() == {"Record", "Version", "Identifier", "Purchase", "Transfer"}
    for label in (*facts, "Visit", "Interaction"):
        gone = before.nodes[label] - after.nodes[label]
        assert gone == facts.get(label, 0), label
    assert not any(name in texts(store) for name in NAMES)
    marks = store.get(ids_of(store, "Tombstone"))
    told = {(m.by, m.why) for m in marks if isinstance(m, Tombstone)}
    assert (len(marks), told) == (2, {("olha", "asked")})
    assert not any(name in json.dumps(done, ensure_ascii=False) for name in NAMES)
    assert people["anna"] not in json.dumps(done)


def ids_of(store: GraphStore, label: str) -> list[str]:
    pages = store.scan_nodes(label, Scan(columns=()))
    return [one.hex() for page in pages for one in page.column("id").to_pylist()]


def test_a_record_or_its_whole_party(store: GraphStore, people: dict[str, str]) -> None:
    anna, web = people["anna"], people["anna web"]
    assert meant(store, ["crm:1"]).records == [anna]
    assert meant(store, [anna, "crm:1"]).records == [anna]
    assert set(meant(store, ["web:anon"], whole=True).records) == {anna, web}
    found = meant(store, ["crm:1", "crm:404", "crm", people["zoya"]])
    assert (len(found.records), found.missing) == (2, [2, 3])
    alone = going(store, [web])
    assert (alone.parties_ended, alone.parties_kept) == (0, 1)
    assert alone.facts == {"Version": 1}, "the identifier is another's too"


def test_parties_that_keep_records_are_named_by_these(
    store: GraphStore, people: dict[str, str], url: str
) -> None:
    party = party_of(store, people["anna"]).id
    done = erased(url, "crm:1", "--yes")
    assert (done["going"]["parties_ended"], done["going"]["parties_kept"]) == (0, 1)
    (left,) = store.get([party])
    assert isinstance(left, Party)
    assert left.name == ""
    assert "Ганна" not in texts(store)


def test_who_is_not_there_stops_all_unless_passed_over(
    store: GraphStore, people: dict[str, str], url: str, tmp_path: Path
) -> None:
    before = store.counts()
    (tmp_path / "gone.txt").write_text("crm:3\n\ncrm:404\n", "utf-8")
    words = ("erase", "--file", "gone.txt", "--yes", "--store", url)
    refused = closeknit(*words)
    assert (refused.code, refused.out) == (5, "")
    assert "number 2" in refused.err
    assert "404" not in refused.err
    unasked = closeknit("erase", "crm:3", "--store", url)
    assert (unasked.code, "--yes" in unasked.err) == (2, True)
    assert closeknit("erase", "--store", url).code == 2
    assert store.counts() == before
    done = closeknit(*words, "--skip-missing")
    assert (done.code, done.err) == (0, "1 name of no record\n")
    assert done.out.startswith("1 record erased: crm 1\n")
    assert store.get([people["zoya"]]) == [None]
    again = closeknit(*words, "--skip-missing")
    assert (again.code, again.out[:17]) == (0, "0 records erased\n")


def test_the_live_index_forgets_at_once_and_its_files_are_made_anew(
    store: GraphStore, people: dict[str, str], url: str, tmp_path: Path
) -> None:
    place = tmp_path / "index"
    live = Index.open(store, place, url=url)
    asked = rows_of([""], ["call"], [False], [named("Ганна", "Коваль")])
    assert people["anna"] in live.near(asked).record
    assert "ганна".encode("utf-16-le") in in_files(place)
    done = erased(url, "crm:1", "--yes")
    assert done["index"] == "anew"
    live.catch_up()
    assert people["anna"] not in live.near(asked).record
    written = in_files(place)
    assert bytes.fromhex(people["anna"]) not in written
    assert "ганна".encode("utf-16-le") not in written
    live.settle()


def in_files(place: Path) -> bytes:
    return b"".join(one.read_bytes() for one in place.rglob("*") if one.is_file())


@pytest.mark.usefixtures("people")
def test_without_an_index_none_is_made(url: str, tmp_path: Path) -> None:
    assert erased(url, "crm:3", "--yes")["index"] == "none"
    assert not (tmp_path / "index").exists()


def test_a_feed_does_not_bring_them_back(
    store: GraphStore, people: dict[str, str], url: str
) -> None:
    erased(url, "crm:1", "--yes")
    again = Record(id=people["anna"], source="crm", key="1")
    mail = IDS.identifier("email", "anna@example.org")
    assert (
        store.apply(
            batch("again", again, Edge(type=EdgeKind.HAS, source=again.id, target=mail))
        ).erased
        > 0
    )
    assert store.get([people["anna"]]) == [None]
