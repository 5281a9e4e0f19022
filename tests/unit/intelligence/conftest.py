from collections.abc import Callable

import pytest

from graph.model import Edge, Party
from graph.snapshot import Projection, Snapshot
from intelligence.parties import MARKETING, read
from tests.support.people import IDS, Facts
from tests.support.snapshots import snapshot_of

Resolved = Callable[..., tuple[Snapshot, dict[str, int]]]


@pytest.fixture
def resolved() -> Resolved:
    """A snapshot in which every record is a party of its own."""

    def make(
        facts: Facts, projection: Projection = MARKETING
    ) -> tuple[Snapshot, dict[str, int]]:
        nouns, edges = dict(facts.nouns), list(facts.edges)
        party_of: dict[str, str] = {}
        for record in facts.records():
            said = facts.said(record.id)
            party = party_of[record.id] = IDS.party(record.id, 0)
            words = [*said.get("name.given", []), *said.get("name.family", [])]
            name = " ".join(words) or (said.get("organization.name") or ["?"])[0]
            kind = record.kind
            nouns[party] = Party(id=party, kind=kind, name=name, values=said)
            edges.append(Edge(type="OF", source=record.id, target=party, weight=1.0))
        snapshot = snapshot_of(projection, list(nouns.values()), edges)
        nodes = snapshot.places("Party", list(party_of.values()))
        places = read(snapshot).of_node[nodes].tolist()
        return snapshot, dict(zip(party_of, places, strict=True))

    return make
