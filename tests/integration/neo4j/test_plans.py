"""Plans are kept whatever a store's counts become: none may hang on them."""

from collections.abc import Iterator
from typing import LiteralString, cast

import neo4j
import pytest

from graph.batch import GraphBatch
from graph.connect import connect
from graph.neo4j import everyday, queries_find, queries_history, queries_read
from graph.neo4j import queries_lease as leases
from graph.neo4j.prepare import prepare
from graph.neo4j.sending import parameters, sent
from graph.neo4j.transaction import Transaction
from graph.schema import EdgeKind
from graph.writing.limits import Limits
from tests.support.servers.given import driver
from tests.support.servers.pool import pool

pytestmark = pytest.mark.server

SCANS = ("AllNodesScan", "NodeByLabelScan", "RelationshipTypeScan", "IndexScan")
HAS, OF = (EdgeKind.HAS,), (EdgeKind.OF,)
READS = (
    queries_read.NODES,
    queries_read.BATCHES,
    queries_find.DOSSIERS,
    queries_find.VERSIONS,
    queries_find.HOLDERS,
    queries_history.recent(),
    *queries_history.changes(),
    *(
        queries_read.edges(kinds, out=out, known=known)
        for kinds in (HAS, OF)
        for out in (True, False)
        for known in (True, False)
    ),
)
LEASES = (leases.LEASE, leases.TAKE_LEASE, leases.KEEP_LEASE)


class Asked(Transaction):
    """Notes what is read behind the lock; the server says that it holds no store."""

    def __init__(self) -> None:
        self.text = ""

    def rows(self, text: str, **_: object) -> list[list[object]]:
        self.text = text
        return []


def locked() -> str:
    """What a transaction about a few records reads first."""
    asked, batch = Asked(), GraphBatch(id="none")
    with pytest.raises(Exception, match="the store is gone"):
        everyday.lock(asked, "here", batch, prepare(batch, Limits()))
    return asked.text


def operators(plan: dict[str, object]) -> Iterator[str]:
    """Of a plan, the last one first."""
    yield str(plan["operatorType"])
    for child in cast("list[dict[str, object]]", plan.get("children", [])):
        yield from operators(child)


def scans(session: neo4j.Session, text: str) -> list[str]:
    """How a statement scans, in the plan that a server makes for it now."""
    query = sent(text).replace("replan=skip", "replan=force")
    explained = session.run(cast("LiteralString", f"EXPLAIN {query}"), parameters({}))
    plan = explained.consume().plan
    assert plan is not None, text
    return [one for one in operators(plan) if any(scan in one for scan in SCANS)]


def test_on_an_empty_store_the_everyday_statements_begin_at_an_index() -> None:
    url = pool().empty()
    connect(url).close()  # makes the indexes
    written, _ = everyday.bundle().of([(everyday.bundle().last, {})])
    with driver(url) as opened, opened.session(database="neo4j") as session:
        for text in (*READS, *LEASES, written, locked()):
            assert scans(session, text) == [], text
