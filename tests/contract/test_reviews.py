"""The queue of stewards on every engine: who sees which pair, and until when."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from graph.errors import NotFound, SnapshotRefused
from graph.query import Find
from graph.store import GraphStore
from intelligence.identity.reviewing.questions import Review
from intelligence.jobs.deciding import reviews
from intelligence.jobs.deciding.deciding import decide, withdraw
from intelligence.jobs.deciding.ledger import Order
from intelligence.jobs.deciding.reviews import Desk
from intelligence.jobs.full.resolving import resolve
from tests.support.asked import question, questions
from tests.support.patience import PATIENCE
from tests.support.street import street, write

ROOT = Path(__file__).resolve().parents[2]
OLHA, IVAN = Desk("olha"), Desk("ivan")
NAMES = ("anna", "bohdan", "zoya", "taras", "maks")


@pytest.fixture
def people(store: GraphStore) -> dict[str, str]:
    """Ids of the street's records; ``NAMES`` are five parties."""
    facts, ids = street()
    write(store, facts)
    resolve(store)
    return ids


@pytest.fixture
def queue(store: GraphStore, people: dict[str, str]) -> list[Review]:
    """Questions about every two of the five."""
    asked = questions(store, [people[name] for name in NAMES])
    reviews.replace(store, asked, "run-1", 1)
    return asked


def ids(found: list[Review]) -> list[str]:
    return [one.id for one in found]


def test_the_queue_is_what_was_written_in_its_order(
    store: GraphStore, queue: list[Review]
) -> None:
    assert reviews.unclaimed(store, 100) == queue
    assert reviews.unclaimed(store, 3) == queue[:3]


def test_a_claimed_pair_is_shown_to_nobody_else(
    store: GraphStore, queue: list[Review]
) -> None:
    assert reviews.claim(store, OLHA, 2) == queue[:2]
    assert reviews.claim(store, OLHA, 2) == queue[:2], "a second look claims no more"
    assert reviews.claim(store, IVAN, 1) == queue[2:3]
    other = Desk("olha", "at the window")
    assert reviews.claim(store, other, 1) == queue[3:4]
    assert reviews.unclaimed(store, 100) == queue[4:]
    reviews.release(store, OLHA)
    assert reviews.unclaimed(store, 2) == queue[:2]
    assert reviews.claim(store, IVAN, 2) == [queue[0], queue[1]]


def test_a_claim_ends_by_itself(store: GraphStore, queue: list[Review]) -> None:
    assert reviews.claim(store, OLHA, 2, seconds=-1) == queue[:2]
    assert reviews.claim(store, IVAN, 2) == queue[:2]


def test_what_is_decided_leaves_at_once_and_comes_back_when_withdrawn(
    store: GraphStore, queue: list[Review], people: dict[str, str]
) -> None:
    anna, bohdan, zoya = (people[name] for name in NAMES[:3])
    apart = decide(store, Order("different", (bohdan,), (anna,), "olha", "seen"))
    assert reviews.unclaimed(store, 100) == queue[1:]
    withdraw(store, apart.decision, by="olha", why="a slip")
    assert reviews.unclaimed(store, 100) == queue
    decide(store, Order("same", (anna,), (bohdan,), "olha", "seen"))
    gone = {question(store, anna, bohdan).id}
    assert ids(reviews.unclaimed(store, 100)) == [
        k for k in ids(queue) if k not in gone
    ]
    decide(store, Order("same", (bohdan,), (zoya,), "olha", "seen"))
    pairs = [(anna, bohdan), (bohdan, zoya), (anna, zoya)]
    gone = {question(store, *pair).id for pair in pairs}
    assert ids(reviews.claim(store, IVAN, 100)) == [
        key for key in ids(queue) if key not in gone
    ], "what follows from two decisions is not asked"


def test_who_is_unsure_is_not_asked_again_and_others_are_last(
    store: GraphStore, queue: list[Review], people: dict[str, str]
) -> None:
    pair = people["bohdan"], people["anna"]
    assert reviews.unsure(store, pair, "olha", is_so=True) == queue[0].id
    assert reviews.claim(store, OLHA, 100) == queue[1:]
    reviews.release(store, OLHA)
    assert reviews.claim(store, IVAN, 100) == [*queue[1:], queue[0]]
    reviews.release(store, IVAN)
    reviews.replace(store, queue, "run-2", 2)
    assert reviews.claim(store, OLHA, 1) == queue[1:2], "the evidence is the same"
    reviews.release(store, OLHA)
    moved = msgspec.structs.replace(queue[0], probability=0.6)
    reviews.replace(store, [moved, *queue[1:]], "run-3", 3)
    assert reviews.claim(store, OLHA, 1) == [moved]
    reviews.unsure(store, pair, "olha", is_so=True)
    reviews.unsure(store, pair, "olha", is_so=False)
    assert reviews.claim(store, OLHA, 1) == [moved]
    with pytest.raises(NotFound):
        reviews.unsure(store, (pair[0], pair[0]), "olha", is_so=True)


def test_the_next_run_replaces_the_queue_and_keeps_claims(
    store: GraphStore, queue: list[Review]
) -> None:
    assert reviews.claim(store, OLHA, 1) == queue[:1]
    shorter = [queue[4], queue[0]]
    reviews.replace(store, shorter, "run-2", 2)
    assert reviews.claim(store, IVAN, 100) == [queue[4]]
    seq = store.watermark()
    reviews.replace(store, shorter, "run-3", 3)
    assert store.watermark() == seq, "what has not changed is not written"
    reviews.replace(store, [], "run-4", 4)
    assert reviews.claim(store, OLHA, 100) == []
    reviews.replace(store, queue, "run-5", 5)
    assert reviews.unclaimed(store, 100) == queue


def test_a_record_that_was_erased_is_asked_about_no_more(
    store: GraphStore, queue: list[Review], people: dict[str, str]
) -> None:
    anna = people["anna"]
    mark = store.watermark()
    store.erase([anna], by="olha", why="asked to")
    assert reviews.unclaimed(store, 100) == queue[4:]
    kept = store.find(Find(label="Job", attribute="state", equals="queued"))
    assert len(kept) == len(queue[4:]), "no question names her any more"
    assert anna not in repr(kept)
    with pytest.raises(SnapshotRefused):
        reviews.replace(store, queue, "run-2", 2, watermark=mark)
    assert reviews.claim(store, OLHA, 1) == queue[4:5]
    reviews.replace(store, queue[4:], "run-3", 3, watermark=store.watermark())
    assert reviews.unclaimed(store, 100) == queue[5:], "claims stay where places change"


def test_two_processes_at_once_never_see_one_pair(
    store: GraphStore, url: str, queue: list[Review]
) -> None:
    command = [sys.executable, "-m", "tests.support.claimer", url]
    running = [
        subprocess.Popen([*command, name], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for name in ("olha", "ivan")
    ]
    seen = [process.communicate(timeout=PATIENCE)[0].split() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert not set(seen[0]) & set(seen[1])
    assert sorted(seen[0] + seen[1]) == sorted(ids(queue))
    assert reviews.unclaimed(store, 100) == []
