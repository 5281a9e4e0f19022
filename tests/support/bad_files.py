"""Files and folders that are bad themselves: packed, cut off, hostile, no files."""

import bz2
import gzip
import io
import lzma
import os
import socket
import stat
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.settings import IngestSettings
from ingest.tables.mapping import parse_mapping
from tests.support.bad_feeds import HEADER, MAP, ROW, Case, note, notes

GOOD = notes().encode()
TIGHT = IngestSettings(unpacked_limit=1_000, unpacked_layers=1, archive_files=3)


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A zip with members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def _link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


def _encrypted() -> bytes:
    """The flag of encryption in both headers of the one member."""
    data = bytearray(zipped(("a.jsonl", GOOD)))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + place] |= 1
    return bytes(data)


def _twice() -> bytes:
    """Two members of one name, which zipfile warns of when it writes them."""
    data = zipped(("a.jsonl", GOOD), ("b.jsonl", note(70).encode()))
    return data.replace(b"b.jsonl", b"a.jsonl")


def _overlapping() -> bytes:
    """The second member's header is the first one's."""
    data = bytearray(zipped(("a.jsonl", GOOD), ("b.jsonl", GOOD)))
    second = data.rfind(b"PK\x01\x02")
    data[second + 42 : second + 46] = bytes(4)
    return bytes(data)


def _tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        info = tarfile.TarInfo("a.jsonl")
        info.size = len(GOOD)
        archive.addfile(info, io.BytesIO(GOOD))
    return file.getvalue()


def _old_tar() -> bytes:
    """Without the mark of POSIX: as Unix V7 wrote it."""
    head = bytearray(512)
    head[:7], head[100:107], head[124:135] = (
        b"a.jsonl",
        b"0000644",
        b"%011o" % len(GOOD),
    )
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\x00 " % sum(head)
    return bytes(head) + GOOD + bytes(1024 - len(GOOD) % 512)


def _patched(data: bytes, marks: dict[bytes, int], value: int) -> bytes:
    """Two bytes changed behind each mark of a zip's headers."""
    changed = bytearray(data)
    for mark, place in marks.items():
        begin = changed.rfind(mark) + place
        changed[begin : begin + 2] = value.to_bytes(2, "little")
    return bytes(changed)


def _parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"id": ["1"], "name": ["Анна"]}), file)
    return file.getvalue()


def _damaged(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


def _odd_things(folder: Path) -> None:
    """A pipe, a socket, links that lead nowhere or round, hidden and empty files."""
    (folder / "good.jsonl").write_bytes(GOOD)
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "self").symlink_to("self")
    (folder / "nowhere").symlink_to("gone")
    (folder / "round").symlink_to(folder, target_is_directory=True)
    (folder / ".hidden.jsonl").write_bytes(GOOD)
    (folder / "empty.jsonl").touch()
    here = Path.cwd()
    os.chdir(folder)  # a socket's path must be short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("socket.jsonl")
    finally:
        os.chdir(here)


def _beside(folder: Path) -> None:
    """A damaged file between two good ones."""
    (folder / "a.jsonl").write_bytes(GOOD)
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(note(60).encode() * 9)[:-9])
    (folder / "c.jsonl").write_bytes(note(50).encode())


_INSIDE = "outside the archive"
ZIPS: Sequence[Case] = (
    Case("a zip", "a.zip", zipped(("in/a.jsonl", GOOD)), 5),
    Case("gzip in a zip", "a.zip", zipped(("a.jsonl.gz", gzip.compress(GOOD))), 5),
    Case("a symbolic link in a zip", "a.zip",
         zipped(("a.jsonl", GOOD), (_link("l.jsonl"), b"/etc/passwd")), 5,
         problem="symbolic link"),
    Case("a name with .. in a zip", "a.zip",
         zipped(("a.jsonl", GOOD), ("../../b.jsonl", GOOD)), 5, problem=_INSIDE),
    Case("an absolute name in a zip", "a.zip", zipped(("/etc/b.jsonl", GOOD)),
         problem=_INSIDE),
    Case("a name of another system in a zip", "a.zip", zipped(("C:\\b.jsonl", GOOD)),
         problem=_INSIDE),
    Case("an encrypted zip", "a.zip", _encrypted(), problem="encrypted"),
    Case("two files of one name in a zip", "a.zip", _twice(), 6),
    Case("files of a zip overlap", "a.zip", _overlapping(), error="overlap"),
    Case("a zip in a zip", "a.zip",
         zipped(("a.jsonl", GOOD), ("b.zip", zipped(("c.jsonl", GOOD)))), 5,
         problem="an archive where a feed should be"),
    Case("tar in a zip", "a.zip", zipped(("a.jsonl", GOOD), ("b.tar", _old_tar())), 5,
         problem="an archive where a feed should be (tar)"),
    Case("Parquet in a zip", "a.zip", zipped(("a.jsonl", GOOD), ("b", _parquet())), 5,
         problem="Parquet is not read inside gzip or a zip"),
    Case("a zip packed by Zstandard", "a.zip",
         _patched(zipped(("a.jsonl", GOOD)), {b"PK\x01\x02": 10}, 93),
         problem="packed by Zstandard, which is not read here"),
    Case("a zip of a method that nobody knows", "a.zip",
         _patched(zipped(("a.jsonl", GOOD)), {b"PK\x01\x02": 10}, 77),
         problem="packed by method 77, which is not read here"),
    Case("a zip of a later version", "a.zip",
         _patched(zipped(("a.jsonl", GOOD)), {b"PK\x01\x02": 6}, 99),
         error="packed in a way of zip that is not read here"),
    Case("a file of a zip that is compressed patched data", "a.zip",
         _patched(zipped(("a.jsonl", GOOD), ("b.jsonl", note(77).encode())),
                  {b"PK\x01\x02": 8, b"PK\x03\x04": 6}, 0x20), 5,
         problem="packed in a way of zip that is not read here"),
    Case("a zip cut off", "a.zip", zipped(("a.jsonl", GOOD))[:-30],
         error="damaged or cut off"),
    Case("a zip with a damaged file", "a.zip",
         _damaged(zipped(("a.jsonl", GOOD), ("b.jsonl", note(77).encode())), 60), 1,
         problem="damaged"),
    Case("an empty zip", "a.zip", zipped()),
    Case("too many files in a zip", "a.zip",
         zipped(*((f"{n}.jsonl", GOOD) for n in range(4))), error="archive_files",
         settings=TIGHT),
    Case("a bomb in a zip", "a.zip", zipped(("a.jsonl", GOOD + b" " * 2**25)), 5,
         problem="unpacked_ratio"),
)  # fmt: skip
GZIPS: Sequence[Case] = (
    Case("gzip under another name", "a.jsonl", gzip.compress(GOOD), 5),
    Case("gzip of several members", "a.gz",
         gzip.compress(notes(2).encode()) + gzip.compress(note(7).encode()), 3),
    Case("gzip padded with zeros", "a.gz", gzip.compress(GOOD) + bytes(512), 5),
    Case("gzip with garbage behind", "a.gz", gzip.compress(GOOD) + b"more", 5,
         error="damaged or cut off"),
    Case("gzip cut off", "a.gz", gzip.compress(GOOD)[:-10], 5,
         error="damaged or cut off"),
    Case("gzip with a wrong checksum", "a.gz", _damaged(gzip.compress(GOOD), -8), 5,
         error="damaged or cut off"),
    Case("a gzip bomb", "a.gz", gzip.compress(GOOD + b" " * 2**25), 5,
         error="unpacked_ratio"),
    Case("gzip beyond the limit", "a.gz", gzip.compress(notes(40).encode()), 4,
         error="unpacked_limit", settings=TIGHT),
    Case("a table in gzip cut off", "a.csv.gz",
         gzip.compress(HEADER + ROW.encode() * 3)[:-10], 3, error="damaged or cut off",
         mapping=parse_mapping(MAP)),
    Case("gzip in gzip", "a.gz", gzip.compress(gzip.compress(GOOD)), 5),
    Case("gzip in gzip, too often", "a.gz", gzip.compress(gzip.compress(GOOD)),
         error="unpacked_layers", settings=TIGHT),
    Case("tar in gzip", "a.tgz", gzip.compress(_tar()),
         error="an archive where a feed should be"),
    Case("a tar of old", "a.tar", _old_tar(), error="an archive where a feed should"),
    Case("Parquet in gzip", "a.parquet.gz", gzip.compress(_parquet()),
         error="Parquet is not read inside gzip"),
    Case("bzip2", "a.jsonl.bz2", bz2.compress(GOOD), error="packed by bzip2"),
    Case("xz", "a.jsonl.xz", lzma.compress(GOOD), error="packed by xz"),
    Case("xz in gzip", "a.gz", gzip.compress(lzma.compress(GOOD)),
         error="packed by xz"),
    Case("RAR", "a.rar", b"Rar!\x1a\x07\x01\x00" + bytes(600), error="\\(RAR\\)"),
    Case("a line that begins as bzip2 does", "a.csv", b"BZh9;name\n1;a\n",
         error="not a feed that is known"),
)  # fmt: skip
FILES: Sequence[Case] = (
    Case("an empty file", "a.jsonl", b""),
    Case("nothing but a mark", "a.jsonl", b"\xef\xbb\xbf"),
    Case("nothing but blanks", "a.jsonl", b" \r\n\n"),
    Case("noise", "a.bin", bytes(range(256)) * 4, error="not a feed that is known"),
    Case("a pipe", "a.jsonl", lambda folder: os.mkfifo(folder / "a.jsonl"),
         error="not a file"),
    Case("a device", "../../../../../../../../dev/null", lambda _folder: None,
         error="not a file"),
    Case("a link to itself", "a", lambda folder: (folder / "a").symlink_to("a"),
         error="cannot be read"),
    Case("nothing there", "a", lambda _folder: None, error="no such file"),
    Case("a folder of odd things", "", _odd_things, 5),
    Case("a damaged file among good ones", "", _beside, 15,
         problem="damaged or cut off"),
)  # fmt: skip
