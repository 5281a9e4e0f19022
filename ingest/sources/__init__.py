"""The connectors: a file each, and this one list of them."""

from collections.abc import Sequence

from ingest.sources import (
    access,
    cdr,
    loyalty,
    notes,
    receipts,
    salesforce,
    segment,
    store_visits,
    telegram,
    x_follows,
    x_posts,
    x_users,
)
from ingest.sources.source import Head, Source

SOURCES: tuple[Source, ...] = (
    segment.SOURCE,
    access.SOURCE,
    receipts.SOURCE,
    store_visits.SOURCE,
    loyalty.SOURCE,
    cdr.SOURCE,
    cdr.HEADED,
    notes.SOURCE,
    telegram.SOURCE,
    x_follows.SOURCE,
    x_posts.SOURCE,
    x_users.SOURCE,
    salesforce.CONTACTS,
    salesforce.ACCOUNTS,
    salesforce.CONSENTS,
)
"""In the order in which they are asked whether a file is theirs."""


def recognise(head: Head, known: Sequence[Source] = SOURCES) -> Source | None:
    """The first connector that knows a file by its beginning."""
    return next((source for source in known if source.recognise(head)), None)
