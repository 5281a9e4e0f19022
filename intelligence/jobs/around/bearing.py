"""The identifiers that records hold, read around some records."""

from collections.abc import Mapping, Sequence

from graph.model import Identifier
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.stored import COOKIE

Held = dict[str, list[Identifier]]
"""The identifiers of each record that holds any."""


def identifiers(
    store: GraphStore, records: Sequence[str], *, at: int | None = None
) -> Held:
    """What some records hold.

    Args:
        store: what to read.
        records: ids.
        at: watermark; None is now.
    """
    edges = store.edges(records, [EdgeKind.HAS], at=at)
    targets = sorted({edge.target for edge in edges})
    nouns = {n.id: n for n in store.get(targets, at=at) if n} if targets else {}
    found: Held = {}
    for edge in edges:
        noun = nouns.get(edge.target)
        if isinstance(noun, Identifier):
            found.setdefault(edge.source, []).append(noun)
    return found


def evidence(
    store: GraphStore,
    held: Mapping[str, Sequence[Identifier]],
    *,
    at: int | None = None,
) -> dict[str, list[tuple[str, str]]]:
    """(kind, value) of what records hold, without cookies that no other record holds.

    Args:
        store: what to read.
        held: see ``identifiers``; may name records that the store does not know yet.
        at: watermark; None is now.
    """
    cookies = sorted(
        {n.id for nouns in held.values() for n in nouns if n.kind.endswith(COOKIE)}
    )
    holders: dict[str, set[str]] = {cookie: set() for cookie in cookies}
    if cookies:
        for edge in store.edges(cookies, [EdgeKind.HAS], direction="in", at=at):
            holders[edge.target].add(edge.source)
    for record, nouns in held.items():
        for noun in nouns:
            if noun.id in holders:
                holders[noun.id].add(record)
    return {
        record: [
            (noun.kind, noun.value)
            for noun in nouns
            if noun.id not in holders or len(holders[noun.id]) > 1
        ]
        for record, nouns in held.items()
    }
