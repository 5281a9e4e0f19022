"""Files that get their name when they are whole."""

import errno
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import NotEmpty

LOGS = ("-wal", "-journal")
"""Where SQLite keeps transactions beside a file that was not closed."""

_BESIDE = (*LOGS, "-shm", "-gate")

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


@contextmanager
def partial(final: Path) -> Generator[Path, None, None]:
    """An empty file, readable by its owner alone, in the folder of another.

    It and what SQLite kept beside it are gone after the block. A process that is
    killed leaves ``.NAME.….partial``, which may be deleted.
    """
    descriptor, name = tempfile.mkstemp(
        dir=final.parent, prefix=f".{final.name}.", suffix=".partial"
    )
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        for suffix in ("", *_BESIDE):
            Path(name + suffix).unlink(missing_ok=True)


def publish(file: Path, final: Path) -> None:
    """Give a whole file its name, which nothing else may have got meanwhile.

    SQLite must have closed it: closing our descriptor drops the locks of this process.

    Raises:
        NotEmpty: something has that name.
    """
    _sync(file, os.O_RDWR)
    try:
        os.link(file, final)  # unlike renaming, it never replaces
    except FileExistsError as error:
        message = f"{final} was made by somebody else meanwhile; name another file"
        raise NotEmpty(message) from error
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        file.rename(final)  # a file system without links
    _sync(final.parent, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
