"""An engine's way from one version of the schema to the next."""

import logging
from collections.abc import Sequence
from typing import Protocol

from graph.closing import Closable
from graph.errors import SchemaNewer, SchemaOutdated
from graph.migrations import STEPS, Step
from graph.schema import SCHEMA_VERSION

logger = logging.getLogger(__name__)


class Migrator(Closable, Protocol):
    """An engine's way to perform steps on one store."""

    def version(self) -> int:
        """The version that was last completed; 0 for an empty store."""
        ...

    def perform(self, step: Step) -> None:
        """Do what is missing of a step, then set its number as the version.

        Does nothing where another process has completed it meanwhile.
        """
        ...


def pending(version: int) -> Sequence[Step]:
    """The steps that follow a version, in order."""
    return [step for step in STEPS if step.number > version]


def advance(engine: Migrator, where: str) -> list[str]:
    """Perform what an engine's store lacks, in order."""
    version = engine.version()
    if version > SCHEMA_VERSION:
        raise newer(where, version)
    done: list[str] = []
    for step in pending(version):
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
