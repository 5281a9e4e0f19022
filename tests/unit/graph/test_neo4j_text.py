"""The engine's statements and schema items; no server is needed."""

import re

from neo4j.exceptions import Neo4jError

from graph import schema
from graph.errors import StoreError, StoreReadOnly, StoreUnavailable, StoreUnreadable
from graph.neo4j import layout
from graph.neo4j.layout import line_mark, line_of
from graph.neo4j.translate import translate


def test_names_of_the_schema_are_unique() -> None:
    items = list(layout.items())
    assert len({item.name for item in items}) == len(items)
    assert all("IF NOT EXISTS" in item.text for item in items)


def test_every_declared_index_is_there() -> None:
    names = {item.name for item in layout.items()}
    for label, node in schema.NODES.items():
        for attributes in node.indexes:
            assert "_".join(("closeknit", label, *attributes, "id")) in names
    for kind in schema.EDGES:
        assert f"closeknit_{kind}_seq" in names


def test_edges_have_readable_names() -> None:
    assert layout.edge_columns("OF")[1] == "probability"
    assert layout.edge_columns("HAS")[2:4] == ("first_seen", "last_seen")
    for kind in schema.EDGES:
        columns = layout.edge_columns(kind)
        assert len(set(columns)) == len(columns)


def test_every_node_worth_showing_has_a_name() -> None:
    for label, node in schema.NODES.items():
        own = {column.name for column in schema.columns(label)}
        if node.caption:
            assert "name" in own or layout.caption(label) == node.caption


def test_identifiers_are_quoted() -> None:
    assert layout.quoted("a`b") == "`a``b`"


def test_feed_and_line_as_one_number() -> None:
    for feed, line in ((1, 1), (3, 2**40 - 1), (2**22, 0)):
        assert line_of(line_mark(feed, line)) == (feed, line)
        assert -(2**63) <= line_mark(feed, line) < 2**63


def test_the_servers_codes_have_errors_of_ours() -> None:
    wanted: dict[str, type[StoreError]] = {
        "Neo.ClientError.Security.Unauthorized": StoreUnreadable,
        "Neo.ClientError.Security.Forbidden": StoreReadOnly,
        "Neo.ClientError.Database.DatabaseNotFound": StoreUnreadable,
        "Neo.ClientError.Transaction.TransactionTimedOut": StoreUnavailable,
        "Neo.TransientError.Transaction.DeadlockDetected": StoreUnavailable,
        "Neo.ClientError.Statement.SyntaxError": StoreError,
        "Neo.DatabaseError.General.UnknownError": StoreError,
    }
    for code, kind in wanted.items():
        error = Neo4jError._hydrate_neo4j(code=code, message="value 'Anna'")
        found = translate(error, "neo4j://host")
        assert type(found) is kind
        assert re.search(r"neo4j://host: .*" + re.escape(code), str(found))
        assert "Anna" not in str(found)
