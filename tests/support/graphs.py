"""Small graphs for tests: nouns and edges with as little to say as the test needs."""

from collections.abc import Sequence
from uuid import UUID

from graph.batch import GraphBatch
from graph.ids import NAMESPACE, Ids
from graph.model import Edge, Identifier, Noun, Party, Record, Score, Version, Visit
from graph.store import GraphStore


class Maker:
    """Makes nouns and edges with the ids of one store."""

    def __init__(self, namespace: UUID = NAMESPACE) -> None:
        self.ids = Ids(namespace)

    def record(self, key: str, source: str = "crm") -> Record:
        return Record(
            id=self.ids.record("default", source, key), source=source, key=key
        )

    def identifier(self, value: str, kind: str = "email") -> Identifier:
        return Identifier(id=self.ids.identifier(kind, value), kind=kind, value=value)

    def version(
        self, subject: Noun, observed_at: int | None, **raw: str
    ) -> tuple[Version, Edge]:
        texts = {name.replace("_", "."): [value] for name, value in raw.items()}
        version = Version(
            id=self.ids.version(subject.id, observed_at, texts),
            observed_at=observed_at,
            raw=texts,
            value=texts,
        )
        return version, edge("VERSION_OF", version, subject)

    def visit(
        self, record: Noun, own_id: str, observed_at: int = 0
    ) -> tuple[Visit, Edge]:
        visit = Visit(
            id=self.ids.event("Visit", record.id, own_id),
            kind="web",
            observed_at=observed_at,
        )
        return visit, edge("BY", visit, record)

    def party(self, first: Noun, name: str, number: int = 0) -> Party:
        return Party(
            id=self.ids.party(first.id, number),
            kind="person",
            name=name,
            names=[name],
            method="baseline",
        )

    def score(self, party: Noun, value: float) -> tuple[Score, Edge]:
        score = Score(
            id=self.ids.of("Score", party.id, "influence"),
            kind="influence",
            value=value,
            method="baseline",
        )
        return score, edge("FOR", score, party)


def edge(
    kind: str,
    source: Noun,
    target: Noun,
    *,
    key: str = "",
    weight: float | None = None,
    times: tuple[int | None, int | None] = (None, None),
) -> Edge:
    return Edge(
        type=kind,
        source=source.id,
        target=target.id,
        key=key,
        weight=weight,
        since=times[0],
        until=times[1],
    )


def batch(name: str, *items: Noun | Edge | Sequence[Noun | Edge]) -> GraphBatch:
    """A batch of nouns and edges, in any order and nesting."""
    flat = [one for item in items for one in _flat(item)]
    return GraphBatch(
        id=name,
        nodes=[one for one in flat if isinstance(one, Noun)],
        edges=[one for one in flat if isinstance(one, Edge)],
    )


def _flat(item: Noun | Edge | Sequence[Noun | Edge]) -> Sequence[Noun | Edge]:
    return [item] if isinstance(item, Noun | Edge) else item


def town(store: GraphStore, make: Maker) -> list[Record]:
    """Six records in a row: each shares an identifier with the next one."""
    records = [make.record(str(n)) for n in range(6)]
    links: list[Identifier] = [make.identifier(f"{n}@example.org") for n in range(5)]
    parties = [make.party(record, record.key) for record in records]
    store.apply(
        batch(
            "town",
            [*records, *links, *parties],
            [edge("HAS", records[n], links[n], times=(n, n + 10)) for n in range(5)],
            [edge("HAS", records[n + 1], links[n]) for n in range(5)],
            [
                edge("OF", r, p, weight=0.9)
                for r, p in zip(records, parties, strict=True)
            ],
            [
                edge("TIE", parties[n], parties[n + 1], key="friend", weight=n / 10)
                for n in range(5)
            ],
            edge("TIE", parties[0], parties[1], key="kin", weight=2.0),
        )
    )
    return records


def family(store: GraphStore, make: Maker) -> dict[str, Noun]:
    """anna and boris share an email; boris and clara a phone; dan is alone."""
    nouns: dict[str, Noun] = {
        k: make.record(k) for k in ("anna", "boris", "clara", "dan")
    }
    nouns["email"] = make.identifier("home@example.org")
    nouns["phone"] = make.identifier("+380", "phone")
    store.apply(
        batch(
            "family",
            list(nouns.values()),
            edge("HAS", nouns["anna"], nouns["email"]),
            edge("HAS", nouns["boris"], nouns["email"]),
            edge("HAS", nouns["boris"], nouns["phone"]),
            edge("HAS", nouns["clara"], nouns["phone"]),
        )
    )
    return nouns


def present(store: GraphStore, *nouns: Noun) -> list[Noun]:
    """Nouns as a store holds them; all of them must be there."""
    found = store.get([noun.id for noun in nouns])
    assert None not in found
    return [noun for noun in found if noun is not None]
