"""Tombstones in the store: which records of a batch were erased."""

from graph.batch import GraphBatch
from graph.maintenance import erasure
from graph.maintenance.erasure import Filtered
from graph.neo4j import queries_erase as erase_cypher
from graph.neo4j import queries_write as cypher
from graph.neo4j.transaction import Transaction
from graph.neo4j.work import chunks


def last_erasure(transaction: Transaction) -> int:
    """The number of the last erasure or rewriting; 0 before any."""
    return max((row[0] for row in transaction.rows(cypher.LAST_ERASURE)), default=0)


def secret_of(transaction: Transaction) -> bytes | None:
    """The secret that keys the tombstones; None before the first erasure."""
    row = transaction.one(erase_cypher.SETTING, name=erasure.SECRET)
    return bytes.fromhex(row[0]) if row else None


def filtered(transaction: Transaction, batch: GraphBatch) -> Filtered:
    """A batch without what belongs to erased records."""
    secret = secret_of(transaction)
    if secret is None:
        return Filtered(batch)
    macs = {erasure.mac(secret, record): record for record in erasure.records_of(batch)}
    found = {
        macs[row[0]]
        for piece in chunks(sorted(macs))
        for row in transaction.rows(erase_cypher.TOMBSTONES, macs=piece)
    }
    return erasure.without(batch, found)
