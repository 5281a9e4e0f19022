"""The API and the findings on a town that went the whole way."""

import json
from typing import Any

import pyarrow.parquet as pq
import pytest

from api.highlights import highlights
from api.http.app import create_app
from api.town_calls import unheard
from graph.connect import connect
from ingest.pipeline import ingest
from intelligence.evaluate.calls import first_right
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.full.scoring import score
from tests.support.asking import Client
from tests.support.town import Town, settle
from tests.support.typing_in import closeknit


@pytest.fixture(scope="module")
def client(town: Town) -> Client:
    store = connect(town.url, create=False, read_only=True)
    return Client(create_app(store))


def pages(client: Client, path: str, name: str, **asked: str) -> list[dict[str, Any]]:
    """All entries of a list, page by page."""
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        answer = client.get(path, params={"limit": "7", **asked, **after}).json()
        found += answer[name]
        if answer["next"] is None:
            return found
        after = {"after": answer["next"]}


def test_every_line_is_accounted_for(town: Town) -> None:
    for report in town.reports:
        parts = report.accepted + report.rejected + report.skipped
        assert report.read == parts > 0


def test_pages_of_influencers_are_the_whole_list(client: Client, town: Town) -> None:
    found = pages(client, "/v1/influencers", "influencers")
    with connect(town.url, create=False) as store:
        assert len(found) > 100
        scores = [one["score"]["value"] for one in found]
        assert scores == sorted(scores, reverse=True)
        assert [one["rank"] for one in found] == list(range(1, len(found) + 1))
        assert len({one["party"]["id"] for one in found}) == len(found)
        assert store.counts().nodes["Score"] == len(found)


def test_pages_of_visitors_are_the_whole_list(client: Client) -> None:
    path = "/v1/visitors/unconverted"
    found = pages(client, path, "visitors")
    assert len({one["party"]["id"] for one in found}) == len(found) > 10
    reasons = {one["finding"]["reason"] for one in found} - {None}
    told = [
        visitor
        for reason in sorted(reasons)
        for visitor in pages(client, path, "visitors", reason=reason)
    ]
    assert len(told) == sum(one["finding"]["reason"] is not None for one in found)


def test_every_finding_leads_to_a_card(client: Client, town: Town) -> None:
    with connect(town.url, create=False) as store:
        found = highlights(store)
    assert found.household
    assert found.employer
    assert found.linked
    assert found.unconverted
    assert len(found.influencers) == 5
    ids = [one.party.id for one in found.influencers]
    ids += [
        m.id for g in (found.household, found.employer, found.linked) for m in g.members
    ]
    ids += [found.unconverted.party.id]
    for party in ids:
        assert client.get(f"/v1/parties/{party}").json()["id"] == party
    linked = client.get(f"/v1/links/{found.linked.members[0].id}").json()["links"]
    assert found.linked.members[1].id in [link["party"]["id"] for link in linked]
    assert found.linked.evidence
    assert all("value" in shared for shared in found.linked.evidence)


def test_identifiers_of_a_card_lead_back_to_it(client: Client) -> None:
    best = client.get("/v1/influencers", params={"limit": "50"}).json()["influencers"]
    checked = 0
    for party in (one["party"]["id"] for one in best):
        for known in client.get(f"/v1/parties/{party}").json()["identifiers"]:
            asked = {"q": known["value"], "limit": "200"}
            found = client.get("/v1/parties", params=asked).json()["parties"]
            assert party in [one["id"] for one in found], known["kind"]
            checked += 1
    assert checked > 20


def test_a_second_pass_changes_nothing(town: Town) -> None:
    with connect(town.url, create=False) as store:
        before = store.counts()
        for report in ingest([town.folder / "feeds"], store):
            assert (report.accepted, report.skipped) == (0, report.read)
        assert not resolve(store).changed
        assert not score(store).changed
        after = store.counts()
    assert after.past_nodes == before.past_nodes
    assert {k: n for k, n in after.nodes.items() if k != "Run"} == {
        k: n for k, n in before.nodes.items() if k != "Run"
    }
    assert after.edges == before.edges


def test_two_stores_show_the_same_findings(
    town: Town, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = settle(tmp_path_factory.mktemp("again"))
    with connect(town.url) as first, connect(other.url) as second:
        assert highlights(first) == highlights(second)


def test_shares_of_a_lookup_are_measured_on_the_towns_calls(town: Town) -> None:
    where = ("--town", str(town.folder), "--store", town.url, "--json")
    done = closeknit("eval", "lookup", *where)
    found = json.loads(done.out)
    assert found["calls"] > 50
    assert 0 <= found["calibration_error"] < 0.15
    assert found["habits"]["call"] == 1.5
    assert (found["unheard"], 0 < found["first_right"] <= 1) == (False, True)


def test_what_lookup_says_of_later_calls_is_judged_mistakes_and_all(town: Town) -> None:
    person = {
        (one["source"], one["key"]): one["person_id"]
        for one in pq.read_table(town.folder / "truth/records.parquet").to_pylist()
        if one["person_id"]
    }
    calls = pq.read_table(town.folder / "truth/calls.parquet").to_pylist()
    rows = [one for one in calls if one["number"] and one["person_id"]]
    rows.append({"number": "+380990000001", "person_id": "nobody has heard of it"})
    with connect(town.url) as store:
        told = unheard(rows, store, person)
    assert 50 < len(told) < len(rows)
    assert all(-1 <= one.came < len(one.claims) for one in told)
    assert first_right(told) > 0.8
