"""A few records with what they say and hold, as nouns and edges."""

from collections.abc import Sequence

from graph.ids import Ids
from graph.model import Decision, Edge, Identifier, Noun, Record, Texts, Version

IDS = Ids()


class Facts:
    """Nouns and edges, collected one record at a time."""

    def __init__(self) -> None:
        self.nouns: dict[str, Noun] = {}
        self.edges: list[Edge] = []

    def record(
        self,
        key: str,
        said: Texts | None = None,
        holds: Sequence[tuple[str, str]] = (),
        *,
        source: str = "crm",
        organization: bool = False,
        at: int | None = None,
    ) -> str:
        """Add a record with one version and its identifiers; returns its id."""
        record = IDS.record("default", source, key)
        kind = "organization" if organization else "person"
        self.nouns[record] = Record(id=record, source=source, key=key, kind=kind, seq=1)
        self.says(record, said or {}, at=at)
        for kind_, value in holds:
            identifier = IDS.identifier(kind_, value)
            self.nouns[identifier] = Identifier(
                id=identifier, kind=kind_, value=value, seq=1
            )
            self.edge("HAS", record, identifier)
        return record

    def says(self, record: str, said: Texts, *, at: int | None = None) -> None:
        """Add a version of a record."""
        version = IDS.version(record, at, said)
        self.nouns[version] = Version(
            id=version, observed_at=at, raw=said, value=said, seq=1
        )
        self.edge("VERSION_OF", version, record)

    def decide(self, kind: str, left: str, right: str, at: int) -> None:
        """Add a decision about two records; "withdraw" takes the last one back."""
        decision = IDS.of("Decision", kind, left, right, at)
        ends, more, edge = {left, right}, {}, "SAME_AS"
        if kind == "withdraw":
            last = [e for e in self.edges if e.key and {e.source, e.target} == ends][-1]
            more, edge = {"withdraws": last.key}, last.type
        elif kind in {"different", "split"}:
            edge = "DIFFERENT_FROM"
        self.nouns[decision] = Decision(
            id=decision,
            kind=kind,  # type: ignore[arg-type]
            by="anna",
            at=at,
            why="seen",
            more=more,  # type: ignore[arg-type]
        )
        self.edge(edge, left, right, key=decision)

    def states(self, source: str, kind: str, target: str, at: int) -> None:
        """Add a tie that a source states."""
        self.edge(
            "STATES",
            source,
            target,
            key=f'["{kind}",{at}]',
            since=at,
            attributes={"kind": kind},
        )

    def edge(self, kind: str, source: str, target: str, **more: object) -> None:
        """Add an edge."""
        self.edges.append(Edge(type=kind, source=source, target=target, **more))  # type: ignore[arg-type]

    def records(self) -> list[Record]:
        """The records, in the order of adding."""
        return [noun for noun in self.nouns.values() if isinstance(noun, Record)]

    def said(self, record: str) -> Texts:
        """What the last version of a record says."""
        versions = [e.source for e in self.edges if e.target == record]
        nouns = [self.nouns[version] for version in versions if version in self.nouns]
        said = [noun.value for noun in nouns if isinstance(noun, Version)]
        return said[-1] if said else {}

    def add(self, noun: Noun) -> str:
        """Add any noun; returns its id."""
        self.nouns[noun.id] = noun
        return noun.id


def named(given: str, family: str, **more: str) -> Texts:
    """What a record says of a person; birth_date stands for birth.date."""
    said = {"name.given": [given], "name.family": [family]}
    said |= {name.replace("_", ".", 1): [value] for name, value in more.items()}
    return {name: texts for name, texts in said.items() if texts[0]}
