"""What is derived from raw text is made anew; everything else stays."""

import msgspec
import pytest

from graph.batch import GraphBatch
from graph.bookkeeping import Provenance, Setting
from graph.columnar.keys import handle_of
from graph.errors import BadBatch, SnapshotRefused, StaleFacts
from graph.hashing import facts_hash
from graph.model import Edge, Identifier, Record, Version
from graph.rewriting import MARK, HasRef, Rewriting
from graph.schema import Purpose
from graph.snapshot import Projection, take
from graph.store import GraphStore
from tests.contract.conftest import Another
from tests.support.graphs import Maker, batch, edge


def said(make: Maker, record: Record, email: str, at: int, number: int) -> Version:
    """A version whose canonical e-mail was made by a normalizer of some number."""
    version, _ = make.version(record, at, email=f" {email} ")
    return msgspec.structs.replace(
        version,
        value={"email": [email]},
        flags=["email:old"],
        normalizer_version=number,
    )


def filled(
    store: GraphStore, make: Maker, old: Identifier
) -> tuple[Record, Record, Version]:
    """Two records that bear one identifier; the first one says so."""
    anna, boris = make.record("anna"), make.record("boris")
    version = said(make, anna, "Anna@x.org", 5, 1)
    facts = batch(
        "facts",
        [anna, boris, version, edge("VERSION_OF", version, anna), old],
        edge("HAS", anna, old, times=(5, 9)),
        edge("HAS", boris, old, times=(1, 2)),
    )
    lines = [Provenance(version.id, "crm", 7)]
    store.apply(msgspec.structs.replace(facts, provenance=lines))
    return anna, boris, version


def rewriting(make: Maker, name: str, told: Rewriting, *items: object) -> GraphBatch:
    mark = Setting(id=make.ids.of("Setting", MARK), name=MARK, value="2")
    nodes = [one for one in items if isinstance(one, Identifier)]
    edges = [one for one in items if isinstance(one, Edge)]
    return GraphBatch(id=name, nodes=[mark, *nodes], edges=edges, rewriting=told)


def renewed(
    store: GraphStore, make: Maker, anna: Record, old: Identifier, version: Version
) -> GraphBatch:
    """Anna's e-mail is another one now."""
    new = make.identifier("anna@x.org")
    value = msgspec.structs.replace(
        version, value={"email": ["anna@x.org"]}, flags=[], normalizer_version=2
    )
    told = Rewriting(
        subjects=[anna.id],
        read_at=store.watermark(),
        versions=[value],
        dropped=[HasRef(anna.id, old.id)],
    )
    return rewriting(make, "renewed", told, new, edge("HAS", anna, new, times=(5, 9)))


def test_values_are_replaced_and_facts_stay(
    store: GraphStore, make: Maker, another: Another
) -> None:
    old = make.identifier("Anna@x.org")
    anna, boris, version = filled(store, make, old)
    store.apply(renewed(store, make, anna, old, version))
    [now] = store.get([version.id])
    assert isinstance(now, Version)
    assert (now.value, now.flags, now.normalizer_version) == (
        {"email": ["anna@x.org"]}, [], 2,
    )  # fmt: skip
    assert (now.raw, now.observed_at, now.seq) == (version.raw, 5, 1)
    assert store.versions([anna.id], known_at=1) == [[now]]
    assert store.provenance([version.id]) == [Provenance(version.id, "crm", 7)]
    [new_holders, old_holders] = store.lookup(
        [("email", "anna@x.org"), ("email", "Anna@x.org")]
    )
    [later], [earlier] = new_holders.holders, old_holders.holders
    assert (later.record, later.first_seen) == (handle_of(anna.id), 5)
    assert earlier.record == handle_of(boris.id)
    # The same as facts that were written with the new values from the start.
    with another() as other:
        make_there = Maker(other.namespace)
        fresh = make_there.identifier("anna@x.org")
        other.apply(
            batch(
                "facts",
                [anna, boris, now, edge("VERSION_OF", now, anna), fresh, old],
                edge("HAS", anna, fresh, times=(5, 9)),
                edge("HAS", boris, old, times=(1, 2)),
            )
        )
        assert facts_hash(other) == facts_hash(store)


def test_an_identifier_without_holders_goes(store: GraphStore, make: Maker) -> None:
    old = make.identifier("Anna@x.org")
    anna, boris, version = filled(store, make, old)
    store.apply(renewed(store, make, anna, old, version))
    told = Rewriting(
        subjects=[boris.id],
        read_at=store.watermark(),
        dropped=[HasRef(boris.id, old.id)],
    )
    store.apply(rewriting(make, "boris", told))
    assert store.get([old.id]) == [None]
    counts = store.counts()
    assert (counts.nodes["Identifier"], counts.edges["HAS"]) == (1, 1)
    assert facts_hash(store)  # no edge hangs on what is gone
    store.apply(batch("again", old, edge("HAS", boris, old, times=(1, 1))))
    assert store.lookup([("email", "Anna@x.org")])[0].total == 1


def test_times_of_what_is_borne_may_narrow(store: GraphStore, make: Maker) -> None:
    old = make.identifier("Anna@x.org")
    anna, _, _ = filled(store, make, old)
    told = Rewriting(
        subjects=[anna.id],
        read_at=store.watermark(),
        spans=[edge("HAS", anna, old, times=(6, 7))],
    )
    applied = store.apply(rewriting(make, "narrow", told))
    [has] = store.edges([anna.id], ["HAS"])
    assert (has.since, has.until, has.seq) == (6, 7, 1)
    assert applied.edges == 1


def test_what_was_added_meanwhile_is_never_lost(store: GraphStore, make: Maker) -> None:
    old = make.identifier("Anna@x.org")
    anna, _, version = filled(store, make, old)
    batch_of_before = renewed(store, make, anna, old, version)
    store.apply(batch("wider", edge("HAS", anna, old, times=(0, 99))))
    with pytest.raises(StaleFacts):
        store.apply(batch_of_before)
    later = said(make, anna, "Anna@x.org", 77, 1)
    again = renewed(store, make, anna, old, version)
    store.apply(batch("later", later, edge("VERSION_OF", later, anna)))
    with pytest.raises(StaleFacts):
        store.apply(again)
    assert store.lookup([("email", "Anna@x.org")])[0].total == 2
    applied = store.apply(renewed(store, make, anna, old, version))
    assert not applied.repeated


def test_readers_and_runs_begin_anew(store: GraphStore, make: Maker) -> None:
    old = make.identifier("Anna@x.org")
    anna, _, version = filled(store, make, old)
    before = store.watermark()
    assert not store.changes(before).erased
    first = store.apply(renewed(store, make, anna, old, version))
    assert store.changes(before).erased
    assert not store.changes(first.seq).erased
    assert store.apply(renewed(store, make, anna, old, version)).repeated
    party = make.party(anna, "Anna")
    run = batch("run", party, edge("OF", anna, party, weight=1.0))
    with pytest.raises(SnapshotRefused):
        store.apply(msgspec.structs.replace(run, watermark=before))
    store.apply(msgspec.structs.replace(run, watermark=first.seq))
    assert take(store, Projection(purpose=Purpose.FRAUD)).count("Party") == 1


def test_only_what_is_derived_is_rewritten(store: GraphStore, make: Maker) -> None:
    old = make.identifier("Anna@x.org")
    anna, boris, version = filled(store, make, old)
    told = Rewriting(subjects=[anna.id], read_at=store.watermark(), versions=[version])
    with pytest.raises(BadBatch, match=MARK):
        store.apply(GraphBatch(id="unmarked", rewriting=told))
    spans = [edge("STATES", anna, boris)]
    told = Rewriting(subjects=[anna.id], read_at=store.watermark(), spans=spans)
    with pytest.raises(BadBatch, match="STATES"):
        store.apply(rewriting(make, "states", told))
    forged = msgspec.structs.replace(version, raw={"email": ["x"]}, observed_at=1)
    told = Rewriting(subjects=[anna.id], read_at=store.watermark(), versions=[forged])
    store.apply(rewriting(make, "raw", told))
    [now] = store.get([version.id])
    assert isinstance(now, Version)
    assert (now.raw, now.observed_at) == (version.raw, 5)
