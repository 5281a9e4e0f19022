"""Leases: one at a time, fenced by growing tokens, never stuck on the dead."""

import os
import socket
import subprocess
import sys

import msgspec
import pytest

from graph.batch import GraphBatch
from graph.errors import LeaseHeld, LeaseLost
from graph.store import GraphStore
from tests.support.graphs import Maker, batch


def holder(nonce: str) -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{nonce}"


def test_a_lease_is_held_by_one(store: GraphStore) -> None:
    first = store.lease("resolve", holder=holder("a"), seconds=60)
    assert (first.name, first.holder) == ("resolve", holder("a"))
    with pytest.raises(LeaseHeld) as caught:
        store.lease("resolve", holder=holder("b"), seconds=60)
    assert caught.value.transient
    other = store.lease("score", holder=holder("b"), seconds=60)
    assert other.name == "score"


def test_a_lease_given_back_is_free_and_its_token_grows(store: GraphStore) -> None:
    first = store.lease("resolve", holder=holder("a"), seconds=60)
    store.release(first)
    second = store.lease("resolve", holder=holder("b"), seconds=60)
    assert second.token > first.token
    store.release(first)  # lost already: does nothing
    with pytest.raises(LeaseHeld):
        store.lease("resolve", holder=holder("c"), seconds=60)


def test_an_expired_lease_is_taken_over(store: GraphStore) -> None:
    first = store.lease("resolve", holder=holder("a"), seconds=0)
    second = store.lease("resolve", holder=holder("b"), seconds=60)
    assert second.token > first.token
    with pytest.raises(LeaseLost):
        store.renew(first, seconds=60)


def test_renewing_keeps_the_token(store: GraphStore) -> None:
    first = store.lease("resolve", holder=holder("a"), seconds=1)
    longer = store.renew(first, seconds=600)
    assert longer.token == first.token
    assert longer.expires_at > first.expires_at


def test_a_write_under_an_older_token_is_refused(
    store: GraphStore, make: Maker
) -> None:
    old = store.lease("resolve", holder=holder("a"), seconds=0)
    new = store.lease("resolve", holder=holder("b"), seconds=60)
    late = batch("late", make.record("a"))
    with pytest.raises(LeaseLost):
        store.apply(msgspec.structs.replace(late, lease=old))
    assert store.counts().nodes["Record"] == 0
    done = store.apply(msgspec.structs.replace(late, lease=new))
    assert done.nodes == 1


def test_an_expired_lease_that_nobody_took_still_writes(store: GraphStore) -> None:
    lease = store.lease("resolve", holder=holder("a"), seconds=0)
    assert store.apply(GraphBatch(id="one", lease=lease)).seq == 1


def test_the_lease_of_a_dead_process_is_free_at_once(store: GraphStore) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        check=True,
        capture_output=True,
        text=True,
    )
    dead = f"{socket.gethostname()}:{done.stdout.strip()}:x"
    first = store.lease("resolve", holder=dead, seconds=3_600)
    second = store.lease("resolve", holder=holder("b"), seconds=60)
    assert second.token > first.token


def test_the_lease_of_another_host_is_not(store: GraphStore) -> None:
    store.lease("resolve", holder="another-host.invalid:1:x", seconds=3_600)
    with pytest.raises(LeaseHeld):
        store.lease("resolve", holder=holder("b"), seconds=60)


def test_a_lease_that_lies_free_is_taken_and_given_back_by_one_batch(
    store: GraphStore, make: Maker
) -> None:
    seen = store.free_lease("decide")
    assert seen is not None
    assert (seen.name, seen.holder, seen.token, seen.is_free) == ("decide", "", 0, True)
    one = msgspec.structs.replace(batch("one", make.record("a")), lease=seen)
    assert store.apply(one).nodes == 1
    after = store.free_lease("decide")
    assert after is not None
    assert after.token == 1
    assert store.apply(one).repeated, "the same batch again is no other turn"
    assert store.free_lease("decide") == after
    assert store.lease("decide", holder=holder("a"), seconds=60).token == 2


def test_who_saw_a_free_lease_that_was_taken_since_is_refused(
    store: GraphStore, make: Maker
) -> None:
    seen = store.free_lease("decide")
    assert seen is not None
    first = msgspec.structs.replace(batch("one", make.record("a")), lease=seen)
    second = msgspec.structs.replace(batch("two", make.record("b")), lease=seen)
    store.apply(first)
    with pytest.raises(LeaseLost):
        store.apply(second)
    seen = store.free_lease("decide")
    store.release(store.lease("decide", holder=holder("a"), seconds=60))
    with pytest.raises(LeaseLost):
        store.apply(msgspec.structs.replace(second, lease=seen))
    assert store.counts().nodes["Record"] == 1


def test_a_lease_that_somebody_has_lies_free_for_nobody(
    store: GraphStore, make: Maker
) -> None:
    seen = store.free_lease("decide")
    held = store.lease("decide", holder=holder("a"), seconds=0)
    assert store.free_lease("decide") is None, "its holder may still write"
    with pytest.raises(LeaseLost):
        store.apply(msgspec.structs.replace(batch("one", make.record("a")), lease=seen))
    store.release(held)
    free = store.free_lease("decide")
    assert free is not None
    assert free.token == held.token
    store.release(free)
    assert store.free_lease("decide") == free
