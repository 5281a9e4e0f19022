"""What packed data is, by its first bytes, where a feed should be and is none.

Formats that are not read here are named, so that nobody takes them for damage. Tar has
no mark in its oldest form: its header is known by its checksum (POSIX.1-1988, ustar).
"""

from ingest.reading.archives import is_zip

HEAD = 512
"""Bytes that are looked at."""

_PACKERS = (
    (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"), (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\x04\x22\x4d\x18", "LZ4"), (b"\x1f\x9d", "compress"),
)  # fmt: skip
_ARCHIVES = ((b"7z\xbc\xaf\x27\x1c", "7-Zip"), (b"Rar!\x1a\x07", "RAR"))
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")
_SUM = slice(148, 156)


def problem_of(begin: bytes, *, packed: bool) -> str | None:
    """Why data cannot be a feed, and what to do; None where it may be one.

    Args:
        begin: its first ``HEAD`` bytes, or all.
        packed: it is inside gzip or a zip.
    """
    for mark, name in _PACKERS:
        if begin.startswith(mark) and (name != "bzip2" or _is_bzip2(begin)):
            return f"packed by {name}, which is not read here; unpack it first"
    archive = next((name for mark, name in _ARCHIVES if begin.startswith(mark)), None)
    if is_zip(begin):
        archive = "zip"
    elif _is_tar(begin):
        archive = "tar"
    if archive is not None:
        return f"an archive where a feed should be ({archive}); unpack it first"
    if packed and begin.startswith(b"PAR1"):
        return "Parquet is not read inside gzip or a zip; unpack it first"
    return None


def _is_bzip2(begin: bytes) -> bool:
    return begin[3:4] in {b"%d" % level for level in range(1, 10)} and (
        begin[4:10] in _BZIP2_BLOCKS
    )


def _is_tar(begin: bytes) -> bool:
    if len(begin) < HEAD:
        return False
    try:
        stated = int(begin[_SUM].strip(b"\x00 ") or b"x", 8)
    except ValueError:
        return False
    return stated == sum(begin) - sum(begin[_SUM]) + 8 * ord(" ")
