"""Cypher that analysts write: read mode, one statement, limits of time and rows."""

from collections.abc import Mapping
from typing import Any, cast

from neo4j.exceptions import ClientError, Neo4jError
from neo4j.graph import Node, Path, Relationship

from graph.errors import BadQuery, StoreError
from graph.neo4j.guard import check
from graph.neo4j.sessions import Sessions
from graph.query import Rows, check_limit

MAX_ROWS = 100_000
MAX_SECONDS = 600.0
_SYNTAX = "Neo.ClientError.Statement."
_TIMEOUT = "Neo.ClientError.Transaction.TransactionTimedOut"
_LONGEST = 100_000  # characters of a text


def query(
    sessions: Sessions,
    text: str,
    parameters: Mapping[str, object] | None = None,
    *,
    seconds: float = 30.0,
    rows: int = 1_000,
) -> Rows:
    """The rows of a query, see ``GraphStore.query``."""
    check_limit(rows, MAX_ROWS)
    if not 0 < seconds <= MAX_SECONDS:
        message = f"{seconds} seconds; it must be more than 0 and at most {MAX_SECONDS}"
        raise BadQuery(message)
    if len(text) > _LONGEST:
        message = f"a query of {len(text):,} characters; at most {_LONGEST:,} are taken"
        raise BadQuery(message)
    checked = check(text)
    try:
        columns, found = sessions.limited(
            checked, dict(parameters or {}), seconds=seconds, most=rows + 1
        )
    except StoreError as error:
        raise _meaning(error, seconds) from error
    return Rows(
        columns=columns,
        rows=[[_plain(value) for value in row] for row in found[:rows]],
        truncated=len(found) > rows,
    )


def _meaning(error: StoreError, seconds: float) -> BadQuery | StoreError:
    """What the analyst can mend is said in the server's words: the text is theirs."""
    cause = error.__cause__
    code = (cause.code or "") if isinstance(cause, Neo4jError) else ""
    if code.startswith(_TIMEOUT):
        return BadQuery(f"the query took longer than {seconds:g} seconds; narrow it")
    if isinstance(cause, ClientError) and code.startswith(_SYNTAX):
        return BadQuery(f"the server refused the query: {cause.message}")
    return error


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a query returns
    """A value as JSON has it: nodes and edges as objects, times as ISO 8601."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        return [_plain(one) for one in cast("list[object]", value)]
    if isinstance(value, dict):
        return _map(cast("dict[str, object]", value))
    if isinstance(value, Path):
        steps = zip(value.nodes, (*value.relationships, None), strict=True)
        return [_plain(one) for step in steps for one in step if one is not None]
    return _special(value)


def _special(value: Any) -> object:  # noqa: ANN401 - whatever a query returns
    if isinstance(value, Node):
        return {"labels": sorted(value.labels), "properties": _map(dict(value))}
    if isinstance(value, Relationship):
        return {"type": value.type, "properties": _map(dict(value))}
    if isinstance(value, bytes | bytearray):
        return value.hex()
    iso = getattr(value, "iso_format", None)  # times and dates have it
    return iso() if iso else str(value)


def _map(values: Mapping[str, object]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items()}
