"""Receipts: a return is what was given back, however its till signs it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.model import Purchase
from graph.schema import EdgeKind
from graph.store import GraphStore
from ingest.pipeline import ingest
from tests.support.facts import leaving, nouns

Write = Callable[..., Path]
HEADER = "receipt_id,line,kind,return_of,sold_at,sku,quantity,amount,margin,currency"


@pytest.mark.parametrize(
    ("lines", "flags"),
    [
        (("1,5.50,1", "2,7,2"), []),
        (("-1,-5.50,-1", "-2,-7,-2"), ["signed"]),
    ],
)
def test_a_return(
    lines: tuple[str, ...], flags: list[str], store: GraphStore, write: Write
) -> None:
    rows = [
        f"R1,{place},return,S1,2026-03-02T12:00:00Z,P{place},{line},UAH"
        for place, line in enumerate(lines)
    ]
    [report] = ingest([write("tills.csv", HEADER, *rows)], store)
    assert report.accepted == 2
    [back] = nouns(store, Purchase)
    assert (back.kind, back.amount, back.margin) == ("return", 1_250, 300)
    assert (back.quantity, back.flags) == (3.0, flags)
    given = leaving(store, back.id, EdgeKind.OF_PRODUCT)
    assert {(e.weight, e.attributes["amount"]) for e in given} == {(1, 550), (2, 700)}
    assert len(leaving(store, back.id, EdgeKind.RETURN_OF)) == 1


def test_a_sale_may_have_a_line_that_takes_off(store: GraphStore, write: Write) -> None:
    rows = ("S1,1,sale,,2026-03-02T12:00:00Z,P1,1,10,,UAH",
            "S1,2,sale,,2026-03-02T12:00:00Z,DISCOUNT,1,-2.50,,UAH")  # fmt: skip
    ingest([write("tills.csv", HEADER, *rows)], store)
    [sale] = nouns(store, Purchase)
    assert (sale.amount, sale.margin, sale.flags) == (750, None, [])
