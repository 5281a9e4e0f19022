import signal
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from graph.bookkeeping import Run
from graph.connect import connect
from graph.errors import LeaseHeld
from graph.model import Edge, Finding, Household, Noun, Party, Ring, Score
from graph.query import Find
from graph.store import GraphStore
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.full.scoring import score
from tests.support.people import Facts, named
from tests.support.street import street, write


class StoppedError(Exception):
    """Raised in the middle of a run."""


def party_of(store: GraphStore, record: str) -> str:
    (edge,) = store.edges([record], ["OF"])
    return edge.target


def about(store: GraphStore, node: str) -> list[Noun]:
    edges = store.edges([node], ["FOR"], direction="in")
    return [noun for noun in store.get([edge.source for edge in edges]) if noun]


def runs(store: GraphStore, kind: str) -> list[Run]:
    query = Find(label="Run", attribute="started_at", within=(kind,))
    return [run for run in store.find(query) if isinstance(run, Run)]


def conclusions(store: GraphStore) -> dict[str, object]:
    """Everything concluded, without runs and numbers of transactions."""
    found: dict[str, object] = {}
    for label in ("Party", "Household", "Ring"):
        attribute = "score" if label == "Ring" else "name"
        nouns = store.find(Find(label=label, attribute=attribute, limit=1_000))
        for noun in nouns:
            found[noun.id] = bare(noun)
            for judged in about(store, noun.id):
                found[judged.id] = bare(judged)
            for kind in ("OF", "MEMBER_OF", "WORKS_FOR", "TIE", "IN_RING", "FOR"):
                for edge in store.edges([noun.id], [kind], direction="in"):
                    key = f"{kind} {edge.source} {edge.target} {edge.key}"
                    found[key] = (edge.weight, edge.since, edge.attributes)
    return found


def bare(noun: Noun) -> dict[str, object]:
    left_out = {"seq", "run", "seq_to"}
    names = [name for name in noun.__struct_fields__ if name not in left_out]
    return {name: getattr(noun, name) for name in names}


@pytest.fixture
def known(store: GraphStore) -> dict[str, str]:
    """Parties by name, after both runs."""
    facts, ids = street()
    write(store, facts)
    resolve(store)
    score(store)
    return {name: party_of(store, record) for name, record in ids.items()}


def test_who_is_who(store: GraphStore, known: dict[str, str]) -> None:
    assert known["anna"] == known["anna web"]
    assert len(set(known.values())) == 6
    (anna,) = store.get([known["anna"]])
    assert isinstance(anna, Party)
    assert anna.name == "Ганна Коваль"
    assert anna.method == "fellegi-sunter-3"


def test_a_household_an_employer_and_ties(
    store: GraphStore, known: dict[str, str]
) -> None:
    (home,) = store.edges([known["anna"]], ["MEMBER_OF"])
    (same,) = store.edges([known["bohdan"]], ["MEMBER_OF"])
    (household,) = store.get([home.target])
    assert home.target == same.target
    assert isinstance(household, Household)
    assert "Липова" in (household.address or "")

    (job,) = store.edges([known["anna"]], ["WORKS_FOR"])
    assert job.target == known["ros"]

    ties = store.edges([known["zoya"]], ["TIE"], direction="in")
    assert {tie.key for tie in ties} == {"follows"}
    assert all(tie.attributes["evidence"] for tie in ties)


def test_the_most_influential_is_followed_and_bought_after(
    store: GraphStore, known: dict[str, str]
) -> None:
    query = Find(label="Score", attribute="value", within=("influence",), limit=1)
    scores = store.find(
        Find(label="Score", attribute="value", within=("influence",), descending=True)
    )
    assert len(store.find(query)) == 1
    best = scores[0]
    assert isinstance(best, Score)
    (edge,) = store.edges([best.id], ["FOR"])
    assert edge.target == known["anna"]
    assert {"why": "follows", "parties": 2} in best.reasons
    assert {"why": "bought_after", "parties": 2, "purchases": 2} in best.reasons


def test_why_a_visitor_did_not_buy(store: GraphStore, known: dict[str, str]) -> None:
    findings = [one for one in about(store, known["maks"]) if isinstance(one, Finding)]
    (finding,) = findings
    assert (finding.kind, finding.mood, finding.reason) == (
        "not_bought",
        "negative",
        "price",
    )
    said, done = finding.evidence
    assert "ціна" in cast("list[str]", said["words"])
    assert done["kind"] == "coupon_denied"
    assert not any(
        isinstance(one, Finding) for one in about(store, known["anna"])
    )  # she bought


def test_strangers_who_share_an_account_are_linked(
    store: GraphStore, known: dict[str, str]
) -> None:
    (edge,) = store.edges([known["maks"]], ["IN_RING"])
    (ring,) = store.get([edge.target])
    members = store.edges([edge.target], ["IN_RING"], direction="in")
    assert {one.source for one in members} == {known["maks"], known["taras"]}
    assert isinstance(ring, Ring)
    assert ring.kind == "device+iban"
    assert "UA1" not in str(ring.evidence)  # ids of identifiers, never their values


def test_a_second_run_changes_nothing(store: GraphStore, known: dict[str, str]) -> None:
    before, counts = conclusions(store), store.counts()
    again = [resolve(store), score(store)]
    assert known
    assert not any(report.changed for report in again)
    assert conclusions(store) == before
    assert store.counts().past_edges == counts.past_edges
    assert store.counts().past_nodes == counts.past_nodes
    assert "nothing has changed" in again[0].summary()


def test_news_that_merge_two_parties_redirect_the_younger(
    store: GraphStore, known: dict[str, str]
) -> None:
    facts = Facts()
    twin = facts.record("7", named("Зорина", "Вітер"), source="shop")
    write(store, facts, "more")
    resolve(store)
    watermark, other = store.watermark(), party_of(store, twin)
    assert other != known["zoya"]

    facts.record("8", named("Зоя", "Ткач"), [("phone", "+380501")], source="x")
    facts.decide("same", twin, facts.record("8", source="x"), at=5)
    write(store, facts, "most")
    resolve(store)

    (redirect,) = store.edges([other], ["MERGED_INTO"])
    assert redirect.target == party_of(store, twin) == known["zoya"]
    assert store.get([other]) == [None]
    assert store.get([other], at=watermark) != [None]
    assert not resolve(store).changed  # the redirect stays


def test_a_run_tells_what_it_did(store: GraphStore, known: dict[str, str]) -> None:
    (run,) = runs(store, "score")
    assert known
    assert run.state == "done"
    assert run.method == "baseline"
    assert run.watermark is not None
    assert cast("dict[str, int]", run.result["found"])["rings"] == 1


def test_a_failing_run_says_so_and_the_next_one_works(store: GraphStore) -> None:
    facts, _ = street()
    write(store, facts)

    def stop(stage: str, done: int, total: int | None) -> None:
        del done, total
        if stage == "resolve":
            raise StoppedError

    with pytest.raises(StoppedError):
        resolve(store, progress=stop)

    assert [run.state for run in runs(store, "resolve")] == ["failed"]
    assert resolve(store).changed
    assert [run.state for run in runs(store, "resolve")] == ["failed", "done"]


KILLED = """
import os, signal, sys
from graph.connect import connect
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.full.scoring import score

def kill(stage, done, total):
    if stage == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

with connect(sys.argv[1]) as store:
    {"resolve": resolve, "score": score}[sys.argv[2]](store, progress=kill)
"""


@pytest.mark.parametrize("job", ["resolve", "score"])
@pytest.mark.parametrize("stage", ["write back", "nodes Record"])
def test_after_a_kill_the_next_run_ends_as_a_clean_one(
    tmp_path: Path, job: str, stage: str
) -> None:
    facts, _ = street()
    clean, url = (f"sqlite:///{tmp_path / name}.db" for name in ("clean", "killed"))
    for one in (clean, url):
        with connect(one) as store:
            write(store, facts)
            if job == "score":
                resolve(store)
    done = subprocess.run([sys.executable, "-c", KILLED, url, job, stage], check=False)
    assert done.returncode == -signal.SIGKILL
    found: list[dict[str, object]] = []
    for one in (clean, url):
        with connect(one) as store:
            resolve(store)
            score(store)
            found.append(conclusions(store))
            assert {run.state for run in runs(store, job)} <= {"done", "failed"}
    assert found[0] == found[1]


def test_two_runs_of_a_kind_exclude_each_other(store: GraphStore) -> None:
    lease = store.lease("resolve", holder="elsewhere:1:x", seconds=60)
    with pytest.raises(LeaseHeld):
        resolve(store)
    store.release(lease)
    assert resolve(store).found == {"records": 0, "parties": 0}


def test_marketing_never_reads_fraud_evidence(tmp_path: Path) -> None:
    seen: list[dict[str, object]] = []
    for fraud in (True, False):
        facts, _ = street(fraud=fraud)
        with connect(f"sqlite:///{tmp_path / str(fraud)}.db") as store:
            write(store, facts)
            resolve(store)
            score(store)
            everything = conclusions(store)
        assert any(key.startswith("IN_RING") for key in everything) is fraud
        seen.append(without_fraud(everything))
    assert seen[0] == seen[1]


def without_fraud(found: dict[str, object]) -> dict[str, object]:
    """Conclusions without rings and alerts, and the edges at them."""
    hidden = {
        key
        for key, noun in found.items()
        if isinstance(noun, dict) and noun.keys() & {"severity", "score"}
    }
    return {
        key: value for key, value in found.items() if hidden.isdisjoint(key.split(" "))
    }


def test_nothing_of_an_erased_person_stays_in_the_conclusions(
    store: GraphStore, known: dict[str, str]
) -> None:
    facts, ids = street()
    assert facts
    store.erase([ids["maks"]], by="officer", why="asked")
    resolve(store)
    score(store)
    assert store.get([known["maks"]]) == [None]
    assert about(store, known["maks"]) == []
    assert store.edges([known["taras"]], ["IN_RING"]) == []


def test_edges_have_their_run(store: GraphStore, known: dict[str, str]) -> None:
    (edge,) = store.edges([known["anna"]], ["MEMBER_OF"])
    assert isinstance(edge, Edge)
    assert edge.run == runs(store, "score")[0].id
