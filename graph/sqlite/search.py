"""Search by the beginnings of folded words."""

from collections.abc import Sequence

from graph import schema
from graph.model import Noun
from graph.query import check_limit
from graph.sqlite import queries_history as sql
from graph.sqlite.reading import Reading, as_parameter, fetch
from graph.text import query_terms


def search(
    reading: Reading,
    text: str,
    *,
    labels: Sequence[str] | None = None,
    limit: int = 20,
) -> list[Noun]:
    """Nodes that hold every word of a text, see ``GraphStore.search``.

    By id. A text without a word finds nothing.
    """
    check_limit(limit)
    codes = None
    if labels is not None:
        wanted = [schema.node_type(label).label for label in labels]
        codes = as_parameter(reading.codes.label[label] for label in wanted)
    terms = query_terms(text)
    if not terms:
        return []
    asked = {"words": _match(terms), "labels": codes, "limit": limit}
    with reading.connections.read() as connection:
        found = dict(connection.execute(sql.SEARCH, asked))
        nodes = fetch(reading, connection, found)
    return [nodes[handle] for handle in found if handle in nodes]


def _match(terms: Sequence[tuple[str, str]]) -> str:
    """Terms as FTS5 writes them: one of each pair as a prefix, of all pairs."""
    either = (f'("{plain}"* OR "{key}"*)' for plain, key in terms)
    return " AND ".join(either)
