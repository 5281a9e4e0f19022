"""The server that the environment names, and emptying any server."""

import os
from urllib.parse import quote, unquote, urlsplit

import neo4j


def given() -> str | None:
    """The URL, with credentials, of the server in NEO4J_URI; None without one."""
    uri = os.environ.get("NEO4J_URI")
    if not uri:
        return None
    user = quote(os.environ.get("NEO4J_USERNAME", "neo4j"), safe="")
    password = quote(os.environ.get("NEO4J_PASSWORD", ""), safe="")
    scheme, _, place = uri.partition("://")
    database = "" if "/" in place else "/neo4j"
    return f"{scheme}://{user}:{password}@{place}{database}"


def address_of(url: str) -> str:
    """A URL without its credentials."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or 7687}{parts.path}"


def driver(url: str) -> neo4j.Driver:
    """A driver for a URL with credentials."""
    parts = urlsplit(url)
    login = (unquote(parts.username or ""), unquote(parts.password or ""))
    uri = f"{parts.scheme}://{parts.hostname}:{parts.port or 7687}"
    return neo4j.GraphDatabase.driver(uri, auth=login, notifications_min_severity="OFF")


def wipe(url: str) -> None:
    """Delete all nodes and edges; constraints and indexes stay."""
    database = urlsplit(url).path.removeprefix("/") or None
    with driver(url) as opened, opened.session(database=database) as session:
        session.run(
            "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
        ).consume()
