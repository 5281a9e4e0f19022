"""All that is asked of a record again and again, as one statement."""

from collections.abc import Sequence
from typing import Any, cast

from graph.dossiers import Dossier
from graph.model import Identifier, Record, Version
from graph.neo4j import queries_find as cypher
from graph.neo4j.codec import edge_from_map, noun_from_map
from graph.neo4j.sessions import Sessions
from graph.reading.ordering import told

_NOTHING = Dossier(record=None, versions=(), held=(), of=())


def dossiers(
    sessions: Sessions, records: Sequence[str], *, at: int | None = None
) -> list[Dossier]:
    """What the store holds of some records, see ``GraphStore.dossiers``."""
    if not records:
        return []
    asked = list(dict.fromkeys(records))
    rows = sessions.stable_rows(cypher.DOSSIERS, ids=asked, at=at)
    found = {row[0]: _dossier(*row) for row in rows}
    return [found.get(record, _NOTHING) for record in records]


def _dossier(
    record: str,
    noun: dict[str, Any] | None,
    versions: list[dict[str, Any]],
    held: list[dict[str, Any]],
    of: list[list[Any]],
) -> Dossier:
    return Dossier(
        record=_record(noun) if noun else None,
        versions=told([_version(one) for one in versions], None),
        held=sorted(map(_identifier, held), key=lambda one: one.id),
        of=sorted(
            (edge_from_map(kind, record, party, one) for kind, party, one in of),
            key=lambda edge: edge.target,
        ),
    )


def _record(properties: dict[str, Any]) -> Record:
    return cast("Record", noun_from_map("Record", properties))


def _version(properties: dict[str, Any]) -> Version:
    return cast("Version", noun_from_map("Version", properties))


def _identifier(properties: dict[str, Any]) -> Identifier:
    return cast("Identifier", noun_from_map("Identifier", properties))
