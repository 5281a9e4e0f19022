"""Bring a store to this version of the schema.

What the steps are is in ``graph.migrations``; an engine performs them through its
``Migrator``. A store of a newer version is refused: nothing here knows what it holds.
"""

import msgspec

from graph.connect import migrator
from graph.migrations.migrator import advance, pending
from graph.schema import SCHEMA_VERSION


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Where a store stands.

    Attributes:
        version: the last completed step.
        wanted: the version of this program.
        pending: titles of the steps to come, by number.
    """

    version: int
    wanted: int
    pending: dict[int, str]


def migrate(url: str) -> list[str]:
    """Perform the steps that a store lacks; it is made where there is none.

    Returns:
        The steps performed, as ``number: title``.

    Raises:
        SchemaNewer: a newer version wrote the store.
        StoreError: it cannot be opened or written.
    """
    with migrator(url) as engine:
        return advance(engine, url)


def status(url: str) -> Status:
    """Where a store stands; nothing is written.

    Raises:
        StoreError: it cannot be opened.
    """
    with migrator(url, create=False) as engine:
        version = engine.version()
    to_come = {step.number: step.title for step in pending(version)}
    return Status(version=version, wanted=SCHEMA_VERSION, pending=to_come)
