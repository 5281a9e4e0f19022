"""A line that fails half-way leaves nothing, also where lines make up groups."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from graph.batch import GraphBatch  # noqa: TC001 - of a variable
from graph.bookkeeping import Reject
from graph.ids import Ids
from ingest.facts.facts import Facts
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
from ingest.trying.rehearsal import Nowhere

_LONG = "ab" * 1_100
_HEADER = (
    "receipt_id,line,kind,return_of,store_id,store_name,city,sold_at,loyalty_card,"
    "sku,product,quantity,unit_price,amount,margin,currency"
)


def call(number: int, second: int, **more: object) -> str:
    """A call of one visitor."""
    minute = second // 60
    when = f"2026-03-01T{10 + minute // 60}:{minute % 60:02}:{second % 60:02}Z"
    base = {"type": "page", "messageId": f"m{number}", "anonymousId": "a"}
    return json.dumps(base | {"timestamp": when} | more)


def item(receipt: str, line: int, **more: str) -> str:
    """A line of a receipt."""
    cells = {
        "receipt_id": receipt, "line": str(line), "kind": "sale", "store_id": "T1",
        "store_name": "Центр", "city": "Київ", "sold_at": "2026-03-01T12:00:00Z",
        "loyalty_card": "77", "sku": "P1", "product": "Чай", "quantity": "1",
        "unit_price": "5", "amount": "5", "currency": "UAH",
    } | more  # fmt: skip
    return ",".join(cells.get(column, "") for column in _HEADER.split(","))


_encoded = msgspec.json.Encoder(order="sorted").encode
_TRAITS = {"email": "a@example.com", "name": "x" * 200}
CALLS = (
    [
        call(1, 0, userId="u1", context={"device": {"id": "D1"}}),
        call(2, 600, type="identify", traits={"email": "a@example.com"}),
        call(3, 4_000, anonymousId="b"),
        call(4, 4_100, event="Product Viewed", type="track", properties={"sku": "P"}),
        call(5, 900, userId="u1"),
    ],
    [
        call(6, 700, type="identify", userId="u2", traits=_TRAITS),
        call(7, 4_200, type="identify", anonymousId="new", traits=_TRAITS),
        call(8, 3_400, properties={"products": [{"sku": "P"}, {"sku": _LONG}]}),
        call(9, 3_401, type="group", groupId=_LONG, userId="u3"),
        call(10, 1_000, type="track", event="Order Completed", properties={
            "order_id": "o", "currency": "UAH",
            "products": [{"sku": "Q"}, {"sku": _LONG}]}),
    ],
)  # fmt: skip
RECEIPTS = (
    [item("R1", 1), item("R1", 2), item("R2", 1, loyalty_card="", sku="P2")],
    [
        item("R3", 1, store_id=_LONG, sku="P3"),
        item("R1", 3, amount="many", sku="P4", sold_at="2026-03-05T12:00:00Z"),
        item("R4", 1, loyalty_card=_LONG, sku="P5"),
    ],
)


def taken(folder: Path, lines: Sequence[str]) -> tuple[set[bytes], list[Reject]]:
    """The facts of a file's lines, and the rejects."""
    path = folder / "feed"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    batches: list[GraphBatch] = []
    store = Nowhere(10_000, batches.append).store()
    ingest([path], store, settings=IngestSettings(text_limit=100))
    [batch] = batches
    rejects = [noun for noun in batch.nodes if isinstance(noun, Reject)]
    facts = {_encoded(noun) for noun in batch.nodes if not isinstance(noun, Reject)}
    return facts | {_encoded(edge) for edge in batch.edges}, rejects


@pytest.mark.parametrize(
    ("head", "good", "bad"),
    [([], *CALLS), ([_HEADER], *RECEIPTS)],
    ids=["web", "receipts"],
)
def test_bad_lines_among_good_ones_change_no_fact(
    head: list[str], good: list[str], bad: list[str], tmp_path: Path
) -> None:
    clean, none = taken(tmp_path, [*head, *good])
    assert not none
    for at, one in enumerate(bad):
        for place in range(1, len(good) + 1):
            lines = [*head, *good[:place], one, *good[place:]]
            found, rejects = taken(tmp_path, lines)
            assert [reject.line for reject in rejects] == [len(head) + place + 1]
            assert found == clean, (at, place)


def test_a_visitor_of_whom_no_line_was_taken_is_no_record(tmp_path: Path) -> None:
    alone, _ = taken(tmp_path, CALLS[0][:1])
    found, _ = taken(tmp_path, [CALLS[0][0], CALLS[1][1]])
    assert found == alone


def test_a_span_that_was_widened_is_taken_back() -> None:
    facts = Facts(Ids(), IngestSettings())
    record = facts.record("web", "a")
    facts.has(record, "email", "a@example.com", 10)
    before = facts.standing()
    widen: Callable[[int], None] = lambda at: facts.has(  # noqa: E731
        record, "email", "a@example.com", at
    )
    widen(20)
    widen(5)
    facts.has(record, "phone", "+380671234567", 5)
    facts.take_back(before)
    [edge] = facts.take().edges
    assert (edge.since, edge.until) == (10, 10)


def test_too_many_traits_are_refused_before_they_are_understood(tmp_path: Path) -> None:
    traits = {f"t{number}": "x" for number in range(100_000)}
    alone, _ = taken(tmp_path, CALLS[0][:1])
    found, [reject] = taken(
        tmp_path, [CALLS[0][0], call(2, 5, type="identify", traits=traits)]
    )
    assert reject.reason == "more than 200 attributes"
    assert found == alone
