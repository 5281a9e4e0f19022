"""What condition the files of an index are in, without opening it for questions."""

from pathlib import Path

import msgspec

from graph.errors import NotFound
from graph.store import GraphStore
from intelligence.identity.index import files
from intelligence.jobs.index import rebuilding

_MICROSECONDS, _MEBIBYTE = 1_000_000, 1 << 20


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """An index's files beside their store.

    Attributes:
        place: their folder.
        rows: how many records they hold; None where there are no files of use.
        size: bytes.
        watermark: the seq up to which they know the store.
        behind: transactions since; every process takes these in by itself.
        seconds: how long ago the first of these was, 0 where there is none.
        why: why there are none of use, else "".
    """

    place: str
    rows: int | None = None
    size: int = 0
    watermark: int = 0
    behind: int = 0
    seconds: float = 0.0
    why: str = ""

    @property
    def sentence(self) -> str:
        """The same for people."""
        if self.rows is None:
            return self.why
        size = f"{self.size / _MEBIBYTE:.1f} MiB"
        if not self.behind:
            return f"{self.rows:,} records, {size}, up to date"
        return (
            f"{self.rows:,} records, {size}, {self.behind:,} transactions behind, "
            f"the first of them {self.seconds:,.0f} s ago; processes take these in"
        )


def condition(store: GraphStore, place: Path, now: int) -> Condition:
    """Look at the files.

    Args:
        store: whose index.
        place: the index's folder.
        now: UTC microseconds.
    """
    try:
        by = rebuilding.wanted(store)
    except NotFound as error:
        return Condition(place=str(place), why=str(error))
    found = rebuilding.newest(place, by)
    if found is None:
        why = (
            "the files were made by another model or program"
            if files.generations(place)
            else "not made yet"
        )
        why += "; the next question makes them, or `closeknit index`"
        return Condition(place=str(place), why=why)
    watermark = found.manifest.watermark
    later = store.batches(since=watermark, limit=1)
    return Condition(
        place=str(place),
        rows=found.rows,
        size=files.size_of(found.folder),
        watermark=watermark,
        behind=max(store.watermark() - watermark, 0),
        seconds=max(now - later[0].recorded_at, 0) / _MICROSECONDS if later else 0.0,
    )
