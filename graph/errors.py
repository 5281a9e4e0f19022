"""The errors of Closeknit.

CloseknitError
├── InputError                 the caller's or the feed's fault; mend and repeat
│   ├── BadUrl                 a store URL that names no engine or no place
│   ├── BadQuery               an undeclared label, edge type, index or limit
│   ├── BadBatch               a batch that breaks the schema or its limits
│   ├── BadMapping             a mapping file that does not fit its table
│   ├── BadSettings            a setting that is unknown or out of range
│   └── BadFeed                a file that cannot be read as the feed it claims
├── Refused                    understood, but not allowed
│   ├── StaleCheckpoint        the feed has moved on since it was read
│   ├── LeaseHeld              another process holds the lease
│   ├── LeaseLost              the lease's token is no longer the newest
│   ├── StaleFacts             what was to be rewritten has been added to since
│   ├── SnapshotRefused        older than an erasure or rewriting, or damaged
│   ├── MessagesLost           a bus no longer has what would come next
│   ├── Contradicted           a decision that others contradict through a chain
│   ├── NotEmpty               a place to write to that holds something already
│   └── UnsafeAddress          serving beyond loopback before keys exist
├── StoreError                 the engine's fault or state
│   ├── StoreUnavailable       unreachable, locked for too long, gone (transient)
│   ├── StoreUnreadable        no such file, no right to read, not a database
│   ├── StoreReadOnly          no right to write
│   ├── StoreFull              no space left on the device
│   ├── StoreDamaged           fails its own integrity checks
│   ├── IdCollision            two ids that the engine cannot tell apart
│   ├── SchemaOutdated         older than this version: run ``closeknit migrate``
│   └── SchemaNewer            written by a newer version of Closeknit
├── FeedUnavailable            a bus that cannot be reached (transient)
└── NotFound                   no such party, record, feed or run
"""


class CloseknitError(Exception):
    """Base of all errors that Closeknit raises on purpose.

    Attributes:
        transient: whether the same call may succeed when repeated unchanged.
    """

    transient: bool = False


class InputError(CloseknitError):
    """The caller's or the feed's fault."""


class BadUrl(InputError):
    """A store URL that names no engine or no place."""


class BadQuery(InputError):
    """A query for an undeclared label, edge type or index, or beyond a limit."""


class BadBatch(InputError):
    """A batch that breaks the schema or its limits; nothing of it was written."""


class BadMapping(InputError):
    """A mapping file that does not fit its table."""


class BadSettings(InputError):
    """A setting that is unknown or out of range."""


class BadFeed(InputError):
    """A file that cannot be read as the feed that it claims to be."""


class Refused(CloseknitError):
    """Understood, but not allowed in this state."""


class StaleCheckpoint(Refused):
    """The feed's checkpoint is not the one that the batch expected."""


class LeaseHeld(Refused):
    """Another process holds the lease."""

    transient = True


class LeaseLost(Refused):
    """The lease's token is no longer the newest one; nothing was written."""


class StaleFacts(Refused):
    """Facts that were to be rewritten have been added to since they were read."""

    transient = True


class SnapshotRefused(Refused):
    """A snapshot older than an erasure or a rewriting, or one that is damaged."""


class MessagesLost(Refused):
    """A bus no longer has the messages that a feed would go on with."""


class Contradicted(Refused):
    """A decision that standing ones contradict; nothing was written.

    Attributes:
        chain: ids of the records from one end to the other.
    """

    def __init__(self, message: str, *, chain: list[str]) -> None:
        super().__init__(message)
        self.chain = chain


class NotEmpty(Refused):
    """A store or a file to write to that holds something already."""


class UnsafeAddress(Refused):
    """An address beyond loopback, while the service has no keys."""


class StoreError(CloseknitError):
    """The engine's fault or state."""


class StoreUnavailable(StoreError):
    """The store cannot be reached now, or was locked for too long."""

    transient = True


class StoreUnreadable(StoreError):
    """No such file, no right to read it, or no database in it."""


class StoreReadOnly(StoreError):
    """The store may be read but not written."""


class StoreFull(StoreError):
    """No space is left where the store lives; the batch was rolled back."""


class StoreDamaged(StoreError):
    """The store fails its own integrity checks."""


class IdCollision(StoreError):
    """Two different ids that the engine's integer key cannot tell apart."""


class SchemaOutdated(StoreError):
    """The store was written by an older version and wants ``closeknit migrate``."""


class SchemaNewer(StoreError):
    """The store was written by a newer version of Closeknit."""


class FeedUnavailable(CloseknitError):
    """A message bus that cannot be reached, or was gone for too long."""

    transient = True


class NotFound(CloseknitError):
    """No such party, record, feed or run."""
