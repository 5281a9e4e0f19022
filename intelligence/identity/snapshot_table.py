"""A snapshot's records as the table that resolution reads."""

from graph.schema import FRAUD_KINDS
from graph.snapshot import Snapshot
from intelligence.arrays import codes, listed
from intelligence.identity.records import Records, Shared
from intelligence.identity.table import Column, RecordTable
from intelligence.tables import texts

ACCOUNT = "account"
"""What one source or country gives to one party: handles, accounts, loyalty cards."""

_ATTRIBUTES = {"tax": "tax_id", "scoped": ACCOUNT, "email": "email", "phone": "phone"}
_UNREAD = frozenset({*FRAUD_KINDS, "cookie", "handle"})


def table(snapshot: Snapshot, records: Records, shared: Shared) -> RecordTable:
    """The records as columns; the latest version's values come first.

    Args:
        snapshot: holds what ``records.PROJECTION`` asks for.
        records: read from it.
        shared: read from it.
    """
    heard: dict[str, list[list[str]]] = {}
    for row, versions in enumerate(records.versions):
        for _, values in reversed(versions):
            for attribute, said in values.items():
                if attribute not in _UNREAD:
                    column = heard.setdefault(attribute, [[] for _ in records.ids])
                    column[row].extend(said)
    for attribute, held in _held(snapshot, len(records), shared).items():
        said = heard.setdefault(attribute, [[] for _ in records.ids])
        for own, more in zip(said, held, strict=True):
            own.extend(more)
    columns = {
        name: Column.listed([list(dict.fromkeys(texts)) for texts in said])
        for name, said in sorted(heard.items())
    }
    source, _ = codes(texts(snapshot.nodes("Record"), "source"))
    kept = {name: column for name, column in columns.items() if len(column.code)}
    return RecordTable(records.ids, source, records.organization, kept)


def _held(snapshot: Snapshot, rows: int, shared: Shared) -> dict[str, list[list[str]]]:
    """The identifiers that records hold, as attributes."""
    known = snapshot.nodes("Identifier")
    kinds, values = texts(known, "kind"), texts(known, "value")
    found: dict[str, list[list[str]]] = {}
    for group, attribute in _ATTRIBUTES.items():
        column = found.setdefault(attribute, [[] for _ in range(rows)])
        identifier, record = shared.rows[group]
        scoped = group == "scoped"
        for place, row in zip(listed(identifier), listed(record), strict=True):
            value = values[place]
            column[row].append(f"{kinds[place]} {value}" if scoped else value)
    return found
