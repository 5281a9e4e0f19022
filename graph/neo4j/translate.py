"""The driver's errors → ours, once and for the whole engine.

Messages name the server and what to do; what the server says is passed on by its code
only, because its texts may quote values.
"""

from collections.abc import Generator
from contextlib import contextmanager

from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    Forbidden,
    GqlError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from graph.errors import (
    BadUrl,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
    StoreUnreadable,
)

_Found = tuple[type[StoreError] | type[BadUrl], str]

_UNREACHABLE = (
    StoreUnavailable,
    (
        "cannot be reached, or the connection was cut; see that the server runs, that "
        "host and port are right and nothing blocks the way"
    ),
)
# By the beginning of the server's code.
_CODES: dict[str, _Found] = {
    "Neo.ClientError.Security.Unauthorized": (
        StoreUnreadable,
        "user or password is wrong",
    ),
    "Neo.ClientError.Security.AuthenticationRateLimit": (
        StoreUnavailable,
        "too many wrong passwords; wait a few seconds and use the right one",
    ),
    "Neo.ClientError.Security.CredentialsExpired": (
        StoreUnreadable,
        "the password has expired and must be changed first",
    ),
    "Neo.ClientError.Security.Forbidden": (
        StoreReadOnly,
        "this user lacks a right: reading, writing, or making indexes and constraints",
    ),
    "Neo.ClientError.Database.DatabaseNotFound": (
        StoreUnreadable,
        "there is no such database; a Community server has one, called neo4j",
    ),
    "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase": (
        StoreReadOnly,
        "the database is read-only",
    ),
    "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase": (
        StoreReadOnly,
        "the database is read-only",
    ),
    "Neo.ClientError.Statement.AccessMode": (
        StoreReadOnly,
        "a write in a reading transaction; open the store for writing",
    ),
    "Neo.ClientError.Transaction.TransactionTimedOut": (
        StoreUnavailable,
        (
            "the transaction took longer than its time limit; try again, or raise the "
            "URL options read and write"
        ),
    ),
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": (
        StoreUnavailable,
        (
            "the server ran out of memory for transactions; write smaller batches or "
            "give it more"
        ),
    ),
    "Neo.TransientError.": (
        StoreUnavailable,
        "busy or in a state that passes; try again",
    ),
    "Neo.DatabaseError.Transaction.TransactionLogError": (
        StoreFull,
        "the server cannot write its log; see whether its disk is full",
    ),
    "Neo.DatabaseError.General.StorageDamageDetected": (
        StoreDamaged,
        "damaged; restore it from a backup, or ingest the feeds into a new store",
    ),
}


@contextmanager
def translated(where: str) -> Generator[None, None, None]:
    """Raise what the driver raises inside as an error of ours.

    Args:
        where: URL of the store, without credentials.
    """
    try:
        yield
    except (Neo4jError, DriverError) as error:
        raise translate(error, where) from error


def translate(error: Neo4jError | DriverError, where: str) -> StoreError | BadUrl:
    """The error of ours for one of the driver's."""
    kind, meaning = _found(error)
    said = (error.code if isinstance(error, Neo4jError) else None) or type(
        error
    ).__name__
    return kind(f"{where}: {meaning} (the server or driver says: {said})")


def _found(error: GqlError) -> _Found:
    if isinstance(error, Neo4jError):
        code = error.code or ""
        for beginning, found in _CODES.items():
            if code.startswith(beginning):
                return found
        return _by_class(error)
    if isinstance(error, ServiceUnavailable | SessionExpired):
        return _UNREACHABLE
    if isinstance(error, ConfigurationError):
        return BadUrl, "the driver does not take these settings"
    return StoreUnavailable, "the driver failed; try again"


def _by_class(error: Neo4jError) -> _Found:
    if isinstance(error, AuthError):
        return StoreUnreadable, "the server does not let this user in"
    if isinstance(error, Forbidden):
        return StoreReadOnly, "this user lacks a right"
    if isinstance(error, ClientError):
        return StoreError, "the server refused a statement"
    return StoreError, "the server failed"
