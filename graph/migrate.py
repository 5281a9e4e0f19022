"""Bring a store to this version of the schema.

What the steps are is in ``graph.migrations``; an engine performs them through a
``Migrator``. A store of a newer version is refused: nothing here knows what it holds.
"""

import logging
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

import msgspec

from graph.errors import SchemaNewer, SchemaOutdated
from graph.migrations import STEPS, Step
from graph.schema import SCHEMA_VERSION

logger = logging.getLogger(__name__)


class Migrator(Protocol):
    """An engine's way to perform steps on one store."""

    def version(self) -> int:
        """The version that was last completed; 0 for an empty store."""
        ...

    def perform(self, step: Step) -> None:
        """Do what is missing of a step, then set its number as the version.

        Does nothing where another process has completed it meanwhile.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


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
    from graph.connect import migrator  # noqa: PLC0415 - connect knows the engines, and they this module

    with migrator(url) as engine:
        return advance(engine, url)


def status(url: str) -> Status:
    """Where a store stands; nothing is written.

    Raises:
        StoreError: it cannot be opened.
    """
    from graph.connect import migrator  # noqa: PLC0415 - as above

    with migrator(url, create=False) as engine:
        version = engine.version()
    pending = {step.number: step.title for step in _pending(version)}
    return Status(version=version, wanted=SCHEMA_VERSION, pending=pending)


def advance(engine: Migrator, where: str) -> list[str]:
    """Perform what an engine's store lacks, in order."""
    version = engine.version()
    if version > SCHEMA_VERSION:
        raise newer(where, version)
    done: list[str] = []
    for step in _pending(version):
        engine.perform(step)
        done.append(f"{step.number}: {step.title}")
        logger.info("%s: migrated to version %d", where, step.number)
    return done


def check(where: str, version: int) -> None:
    """Refuse a store of another version than ours.

    Raises:
        SchemaNewer: it was written by a newer program.
        SchemaOutdated: it must be migrated first.
    """
    if version > SCHEMA_VERSION:
        raise newer(where, version)
    if version < SCHEMA_VERSION:
        message = (
            f"{where}: version {version} of the schema, this program needs "
            f"{SCHEMA_VERSION}; run: closeknit migrate --store {where}"
        )
        raise SchemaOutdated(message)


def newer(where: str, version: int) -> SchemaNewer:
    """The refusal of a store that a newer program wrote."""
    return SchemaNewer(
        f"{where}: version {version} of the schema, this program knows "
        f"{SCHEMA_VERSION} and older; use a newer Closeknit"
    )


def _pending(version: int) -> Sequence[Step]:
    return [step for step in STEPS if step.number > version]
