"""Who is who, as a file: one line a row of the table."""

import csv
import gzip
import io
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa
from pyarrow import parquet

from api.tables import LoadedTable
from graph.errors import BadSettings, NotEmpty
from intelligence.arrays import Floats, Ints

_arrow, _parquet = (cast("Any", one) for one in (pa, parquet))
ENDINGS = (".csv", ".csv.gz", ".parquet")


def check_out(path: Path, *, force: bool) -> None:
    """Check that a file can be written, before hours of work go into it.

    Raises:
        BadSettings: its name has no ending that is known, or its folder is not there.
        NotEmpty: it is there, and ``force`` is not given.
    """
    if not path.name.endswith(ENDINGS):
        message = f"{path}: the name must end in {', '.join(ENDINGS)}"
        raise BadSettings(message)
    if not path.absolute().parent.is_dir():
        message = f"{path}: there is no folder {path.absolute().parent}"
        raise BadSettings(message)
    if path.exists() and not force:
        message = f"{path} is there already; --force replaces it"
        raise NotEmpty(message)


def write_clusters(
    path: Path, loaded: LoadedTable, cluster: Ints, probability: Floats
) -> None:
    """Write ``record_id``, ``cluster_id`` and ``probability``, in the table's order.

    The file is there whole or not at all.

    Args:
        path: a new file's, or one to be replaced.
        loaded: the table.
        cluster: number of each record's party, shape (records,).
        probability: that the record belongs to it.
    """
    columns: dict[str, list[object]] = {
        "record_id": list(loaded.keys),
        "cluster_id": cluster[loaded.record].tolist(),
        "probability": probability[loaded.record].round(6).tolist(),
    }
    with _replaced(path) as file:
        if path.name.endswith(".parquet"):
            _parquet.write_table(_arrow.table(columns), file)
        elif path.name.endswith(".gz"):
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                _text(columns, packed)
        else:
            _text(columns, file)


def _text(columns: dict[str, list[object]], file: IO[bytes] | gzip.GzipFile) -> None:
    text = io.TextIOWrapper(cast("IO[bytes]", file), "utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    text.detach()


@contextmanager
def _replaced(path: Path) -> Generator[IO[bytes]]:
    """A file beside the wanted one that takes its place when all went well."""
    with tempfile.NamedTemporaryFile(
        dir=path.absolute().parent, prefix=f".{path.name}.", delete=False
    ) as file:
        beside = Path(file.name)
        try:
            yield file
        except BaseException:
            beside.unlink()
            raise
    beside.replace(path)
