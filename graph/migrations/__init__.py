"""Steps from one version of the schema to the next: numbered, append-only.

A step says in the domain's words what must be there when it is done; each engine
knows how to bring it about (``graph.migrations.migrator``). Every operation is
idempotent: it brings what is missing and leaves the rest, so that a step that was
killed half-way is simply run again. The version is set when all of it is done.
A released step is never changed: what comes later is a step of its own.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EnsureIdentity:
    """Give the store the namespace of its ids, unless it has one."""


@dataclass(frozen=True, slots=True)
class EnsureSchema:
    """Make the tables, constraints and indexes that ``graph.schema`` declares."""


Operation = EnsureIdentity | EnsureSchema


@dataclass(frozen=True, slots=True)
class Step:
    """What leads from version ``number - 1`` to ``number``."""

    number: int
    title: str
    operations: tuple[Operation, ...]


STEPS = (
    Step(1, "facts, conclusions and bookkeeping", (EnsureSchema(), EnsureIdentity())),
)
