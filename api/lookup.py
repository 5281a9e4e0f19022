"""Looking parties up by whatever a user has: an id, a phone, an e-mail, a name."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from api import wire
from api.cards import current_party
from api.reads import identifiers_of, nouns
from api.typed import MOST_BYTES, otherwise, typed
from graph.errors import NotFound
from graph.ids import parse
from graph.model import Party, Record
from graph.query import Find
from graph.schema import EdgeKind
from graph.store import GraphStore

_HOLDERS = 100


def find_parties(
    store: GraphStore, text: str, *, region: str, limit: int = 20
) -> wire.Parties:
    """Parties that a text leads to, by name and id.

    Args:
        store: the store.
        text: an id of a party or record, a phone or e-mail as people type it, any
            other identifier or a record's key in its canonical form; only if it is
            none of these, beginnings of the words of a name, in any script.
        region: ISO 3166 region of phone numbers written without a country code.
        limit: parties at most.
    """
    # What no UTF-8 text holds (a command line may) can't be in the store either.
    text = text.encode("utf-8", "replace").decode("utf-8").strip()
    matched: dict[str, str] = {}
    for how, party in _exact(store, text, region):
        matched.setdefault(party, how)
    if not matched:
        named = store.search(text, labels=["Party"], limit=limit)
        matched = {party.id: "name" for party in named}
    found = [p for p in nouns(store, matched).values() if isinstance(p, Party)]
    found.sort(key=lambda party: (party.name, party.id))
    return wire.Parties(
        parties=[
            wire.Found(id=p.id, kind=p.kind, name=p.name, matched=matched[p.id])
            for p in found[:limit]
        ]
    )


def _exact(store: GraphStore, text: str, region: str) -> Iterator[tuple[str, str]]:
    """(how, party id) by ids, identifiers and keys."""
    if parse(text):
        with suppress(NotFound):  # a cookie may look like an id
            yield "id", current_party(store, text).id
    if not text or len(text.encode()) > MOST_BYTES:
        return
    for found in store.lookup(list(_identifiers(store, text, region)), limit=_HOLDERS):
        for holder in found.holders:
            if holder.party:
                yield found.kind, holder.party.id
    keyed = store.find(Find(label="Record", attribute="key", equals=text))
    yield from _of(store, (node for node in keyed if isinstance(node, Record)))


def _identifiers(
    store: GraphStore, text: str, region: str
) -> Iterator[tuple[str, str]]:
    [read] = typed([text], region)
    yield from read.keys
    for one in identifiers_of(store, otherwise([text])[0]):
        yield one.kind, one.value


def _of(store: GraphStore, records: Iterable[Record]) -> Iterator[tuple[str, str]]:
    sources = {record.id: record.source for record in records}
    if sources:
        for edge in store.edges(list(sources), [EdgeKind.OF]):
            yield f"{sources[edge.source]} key", edge.target
