"""Nodes by a declared index, a page at a time."""

from typing import Any

import msgspec

from graph.columnar.keys import handle_of
from graph.model import Noun
from graph.query import Find
from graph.reading.finding import Condition, plan
from graph.sqlite import queries_read as sql
from graph.sqlite.reading import Reading
from graph.sqlite.rows import noun_from_row


def find(reading: Reading, query: Find) -> list[Noun]:
    """Current nodes of a label by a declared index, see ``GraphStore.find``."""
    asked = plan(query)
    found: list[Noun] = []
    order = "DESC" if query.descending else "ASC"
    with reading.connections.read() as connection:
        for piece in asked.pieces:
            conditions = map(_text, piece.conditions)
            text = sql.find(
                query.label, asked.within, query.attribute, *conditions, order=order
            )
            values: dict[str, Any] = asked.values | piece.values
            values["limit"] = query.limit - len(found)
            if "among" in values:
                values["among"] = msgspec.json.encode(values["among"]).decode()
            if "after_id" in values:
                values["after_id"] = handle_of(values["after_id"])
            rows = connection.execute(text, values)
            found += [noun_from_row(query.label, row) for row in rows]
    return found


def _text(condition: Condition) -> str:
    subject = "{value}" if condition.subject == "value" else "{handle}"
    if condition.parameter is None:
        return f"{subject} {condition.sign}"
    if condition.sign == "IN":
        listed = f"(SELECT value FROM json_each(:{condition.parameter}))"  # noqa: S608 - a parameter's name
        return f"{subject} IN {listed}"
    return f"{subject} {condition.sign} :{condition.parameter}"
