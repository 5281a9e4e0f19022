from graph.batch import GraphBatch
from graph.bookkeeping import Provenance, Reject
from graph.maintenance.erasure import mac, records_of, without
from graph.model import Interaction, Transfer
from tests.support.graphs import Maker, batch, edge

make = Maker()
gone, stays = make.record("gone"), make.record("stays")


def reject(record: str | None) -> Reject:
    return Reject(
        id=make.ids.of("Reject", record or "none"),
        feed="f",
        line=1,
        offset=0,
        length=1,
        sha256="",
        raw="",
        code="bad",
        reason="",
        record=record,
    )


def test_a_tombstone_is_keyed() -> None:
    assert mac(b"key", gone.id) == mac(b"key", gone.id)
    assert mac(b"key", gone.id) != mac(b"other", gone.id)
    assert len(mac(b"key", gone.id)) == 64


def test_nothing_is_left_out_where_nothing_was_erased() -> None:
    sent = batch("one", gone, stays)
    assert without(sent, set()).batch is sent
    assert without(sent, {make.record("other").id}).left_out == 0


def test_what_hangs_on_a_record_goes_with_it() -> None:
    version, of = make.version(gone, 1, name_full="x")
    visit, by = make.visit(gone, "1")
    product = make.record("product")
    seen = edge("VIEWED", visit, product)
    kept_version, kept_of = make.version(stays, 1, name_full="y")
    own, shared = make.identifier("own"), make.identifier("shared")
    sent = batch(
        "one",
        [gone, stays, version, visit, kept_version, own, shared, product],
        [of, by, seen, kept_of],
        [edge("HAS", gone, own), edge("HAS", gone, shared)],
        [edge("HAS", stays, shared), edge("STATES", stays, gone)],
        [reject(gone.id), reject(None)],
    )
    facts = [Provenance(one.id, "f", 1) for one in (version, kept_version)]
    sent = GraphBatch(id="one", nodes=sent.nodes, edges=sent.edges, provenance=facts)
    found = without(sent, {gone.id})
    assert {n.id for n in found.batch.nodes} == {
        one.id for one in (stays, kept_version, shared, product, reject(None))
    }
    assert list(found.batch.edges) == [kept_of, edge("HAS", stays, shared)]
    assert list(found.batch.provenance) == facts[1:]
    assert found.left_out == 5 + 6


def test_a_transfer_goes_with_its_last_end() -> None:
    def transfer(number: int) -> Transfer:
        name = make.ids.of("Transfer", str(number))
        return Transfer(id=name, amount=1, currency="UAH")

    one, two, three = transfer(1), transfer(2), transfer(3)
    sent = batch(
        "one",
        [one, two, three],
        [edge("FROM", one, gone), edge("TO", one, stays)],
        [edge("FROM", two, gone), edge("TO", two, gone)],
        [edge("FROM", three, gone)],
    )
    found = without(sent, {gone.id})
    assert list(found.batch.nodes) == [one]
    assert list(found.batch.edges) == [edge("TO", one, stays)]


def test_talk_with_a_record_loses_only_that_end() -> None:
    talk = Interaction(id=make.ids.event("Interaction", stays.id, "1"), kind="call")
    by, with_ = edge("BY", talk, stays), edge("WITH", talk, gone)
    found = without(batch("one", talk, by, with_), {gone.id})
    assert list(found.batch.nodes) == [talk]
    assert list(found.batch.edges) == [by]


def test_every_record_of_a_batch_is_asked_for() -> None:
    third = make.record("third")
    sent = batch("one", gone, edge("STATES", stays, third), reject("abc"))
    assert records_of(sent) == {gone.id, stays.id, third.id, "abc"}
