"""What a projection may hold, by its purpose."""

import msgspec
import pytest

from graph.errors import BadQuery
from graph.model import Alert, Noun, Ring
from graph.schema import Purpose
from graph.snapshot import Projection, take
from graph.store import GraphStore
from tests.support.graphs import Maker, batch, edge

MARKETING = Projection(purpose=Purpose.MARKETING)


FRAUD = Projection(purpose=Purpose.FRAUD)


@pytest.mark.parametrize(
    "asked",
    [
        Projection(purpose=Purpose.MARKETING, edges=("IN_RING",)),
        Projection(purpose=Purpose.SHARED, edges=("IN_RING",)),
        Projection(purpose=Purpose.MARKETING, labels=("Ring",)),
        Projection(purpose=Purpose.MARKETING, labels=("Record", "Alert")),
        Projection(purpose=Purpose.FRAUD, labels=("Run",)),
        Projection(purpose=Purpose.FRAUD, labels=("Nobody",)),
        Projection(purpose=Purpose.FRAUD, edges=("KNOWS",)),
        Projection(purpose=Purpose.FRAUD, labels=("Record",), edges=("HAS",)),
        Projection(purpose=Purpose.FRAUD, columns={"Record": ("nothing",)}),
        Projection(purpose=Purpose.FRAUD, edge_columns=("nothing",)),
    ],
)
def test_a_projection_refuses_what_it_may_not_hold(
    store: GraphStore, asked: Projection
) -> None:
    with pytest.raises(BadQuery):
        take(store, asked)


def test_marketing_sees_no_fraud_evidence(store: GraphStore, make: Maker) -> None:
    anna = make.record("anna")
    party = make.party(anna, "Anna")
    iban, device = make.identifier("UA1", "iban"), make.identifier("D1", "device")
    email = make.identifier("a@example.org")
    told, of = make.version(anna, 1, iban="UA1", device="D1", email="a@example.org")
    ring = Ring(id=make.ids.of("Ring", "1"), name="r", kind="iban", score=9.0)
    alert = Alert(id=make.ids.of("Alert", "1"), kind="iban", severity=0.9)
    golden = msgspec.structs.replace(party, values={"iban": ["UA1"], "sex": ["f"]})
    nouns: list[Noun] = [anna, golden, iban, device, email, told, ring, alert]
    store.apply(
        batch(
            "one",
            nouns,
            of,
            [edge("HAS", anna, one) for one in (iban, device, email)],
            edge("IN_RING", party, ring, weight=1.0),
            edge("FOR", alert, party),
        )
    )
    seen, all_of_it = take(store, MARKETING), take(store, FRAUD)
    assert seen.nodes("Identifier").column("kind").to_pylist() == ["email"]
    assert seen.edges("HAS").num_rows == 1
    assert seen.edges("FOR").num_rows == 0
    assert not {"Ring", "Alert"} & set(seen.labels)
    assert "IN_RING" not in seen.kinds
    tables = [*map(seen.nodes, seen.labels), *map(seen.edges, seen.kinds)]
    assert "UA1" not in "".join(str(table.to_pylist()) for table in tables)
    assert seen.nodes("Party").column("values").to_pylist() == ['{"sex":["f"]}']
    assert all_of_it.count("Identifier") == 3
    assert all_of_it.edges("IN_RING").num_rows == all_of_it.edges("FOR").num_rows == 1
    assert "UA1" in str(all_of_it.nodes("Version").to_pylist())
    bare = Projection(
        purpose=Purpose.MARKETING, labels=("Identifier",), columns={"Identifier": ()}
    )
    assert take(store, bare).count("Identifier") == 1
    assert take(store, bare).nodes("Identifier").schema.names == ["id", "seq"]
