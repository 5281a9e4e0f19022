"""Who is of which party, read around some records, now and as it was before."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from graph.model import Edge, Identifier, Record, Texts, Version
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.columns import records as columns
from intelligence.identity.parties.golden import Member

Partition = frozenset[frozenset[str]]


@dataclass(frozen=True)
class Membership:
    """Some whole parties.

    Attributes:
        of: the ``OF`` edge of each record.
        parties: the records of each party, in id order.
    """

    of: dict[str, Edge]
    parties: dict[str, list[str]]

    @property
    def records(self) -> list[str]:
        """All their records, in id order."""
        return sorted(self.of)

    @property
    def partition(self) -> Partition:
        """The sets of records that make up a party each."""
        return frozenset(frozenset(group) for group in self.parties.values())

    @property
    def party(self) -> dict[str, str]:
        """The party of each record."""
        return {record: edge.target for record, edge in self.of.items()}

    def age(self, party: str) -> int:
        """When a party began: the least seq of its edges."""
        return min(self.of[record].seq or 0 for record in self.parties[party])


@dataclass(frozen=True)
class Told:
    """The same as somebody else knows it who keeps abreast of the store.

    Attributes:
        parties: the records of each party, in id order.
        store: where edges are read that are asked for.
    """

    parties: dict[str, list[str]]
    store: GraphStore

    @property
    def records(self) -> list[str]:
        """All their records, in id order."""
        return sorted(one for some in self.parties.values() for one in some)

    @cached_property
    def of(self) -> dict[str, Edge]:
        """The ``OF`` edge of each record."""
        return {edge.source: edge for edge in _whole(self.store, self.parties, None)}

    @property
    def party(self) -> dict[str, str]:
        """The party of each record."""
        return {one: key for key, some in self.parties.items() for one in some}

    def age(self, party: str) -> int:
        """When a party began: the least seq of its edges."""
        return min(edge.seq or 0 for edge in self.of.values() if edge.target == party)


def read(
    store: GraphStore,
    records: Iterable[str],
    *,
    at: int | None = None,
    likely: Collection[str] = (),
) -> Membership:
    """The whole parties of some records; records without one are left out.

    Args:
        store: what to read.
        records: ids.
        at: watermark; None is now.
        likely: ids of the parties that they were of when somebody last looked; read
            first, so that only records that are of none of them are asked for.
    """
    asked = set(records)
    edges = _whole(store, likely, at)
    touched = {edge.target for edge in edges if edge.source in asked}
    edges = [edge for edge in edges if edge.target in touched]
    rest = sorted(asked.difference(edge.source for edge in edges))
    others = {e.target for e in store.edges(rest, [EdgeKind.OF], at=at)} if rest else ()
    of = {edge.source: edge for edge in (*edges, *_whole(store, others, at))}
    parties: dict[str, list[str]] = {}
    for record in sorted(of):
        parties.setdefault(of[record].target, []).append(record)
    return Membership(of, parties)


def _whole(store: GraphStore, parties: Collection[str], at: int | None) -> list[Edge]:
    """The memberships of some parties."""
    asked = sorted(parties)
    if not asked:
        return []
    return store.edges(asked, [EdgeKind.OF], direction="in", at=at)


def members(
    store: GraphStore,
    records: Sequence[str],
    *,
    true_at: int | None = None,
    known_at: int | None = None,
) -> list[Member]:
    """What some records said, for golden attributes.

    Args:
        store: what to read.
        records: ids.
        true_at: UTC microseconds; what was observed later is left out.
        known_at: watermark; what came later is left out.
    """
    return [
        member(
            told.record,
            [one for one in told.versions if _until(one, true_at)],
            handle(told.held),
        )
        for told in store.dossiers(sorted(set(records)), at=known_at)
        if told.record
    ]


def _until(version: Version, true_at: int | None) -> bool:
    when = version.observed_at
    return true_at is None or when is None or when <= true_at


def member(record: Record, told: Sequence[Version], caption: str | None) -> Member:
    """A record with all that it was said to be.

    Args:
        record: the noun.
        told: its versions, in any order.
        caption: its handle, if it has one.
    """
    said = [(one.observed_at, one.value) for one in ordered(told)]
    firm = columns.is_firm(columns.latest(said)) if said else False
    spelled = [
        (name.strip(), version.observed_at)
        for version in told
        for name in version.raw.get(columns.FIRM, ())
    ]
    return Member(
        id=record.id,
        source=record.source,
        organization=firm or record.kind == "organization",
        caption=f"@{caption}" if caption else f"{record.source} {record.key}",
        said=said,
        spelled=spelled if firm or record.kind == "organization" else (),
    )


def ordered(told: Sequence[Version]) -> list[Version]:
    """Undated versions first, then by time; of several at one time the fullest last."""

    def place(version: Version) -> tuple[bool, int, int, str]:
        when, value = version.observed_at, version.value
        return when is not None, when or 0, _size(value), version.id

    return sorted(told, key=place)


def _size(value: Texts) -> int:
    return len(value)


def handle(held: Iterable[Identifier]) -> str | None:
    """The least handle among the identifiers of a record."""
    return min((n.value for n in held if n.kind.endswith(":handle")), default=None)
