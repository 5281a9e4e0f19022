"""Bookkeeping nouns: what was done, when, from where and by which model.

They are written with ``GraphBatch.nodes`` like everything else, and the latest
write of an id replaces the earlier one. None of them takes part in a hash.
"""

from typing import Literal

import msgspec

from graph.model import Noun, Time, Value


class Bookkeeping(Noun, frozen=True, kw_only=True):
    """A noun that is replaced in place."""


class Run(Bookkeeping, frozen=True, kw_only=True):
    """One run of a job: what it read, with which settings, and what came out."""

    kind: str
    method: str
    state: Literal["running", "done", "failed"]
    started_at: Time
    finished_at: Time | None = None
    watermark: int | None = None
    model: str | None = None
    settings: dict[str, Value] = msgspec.field(default_factory=dict[str, Value])
    result: dict[str, Value] = msgspec.field(default_factory=dict[str, Value])


class Model(Bookkeeping, frozen=True, kw_only=True):
    """An immutable blob of weights; at most one per kind is active.

    ``blob`` is base64 text. It holds no personal data.
    """

    kind: str
    created_at: Time
    active: bool = False
    blob: str = ""
    report: dict[str, Value] = msgspec.field(default_factory=dict[str, Value])


class Job(Bookkeeping, frozen=True, kw_only=True):
    """Work that was asked for and its state."""

    kind: str
    state: Literal["queued", "running", "done", "failed"]
    requested_at: Time
    settings: dict[str, Value] = msgspec.field(default_factory=dict[str, Value])
    error: str | None = None


class Reject(Bookkeeping, frozen=True, kw_only=True):
    """A line that could not be taken, kept with the reason.

    Attributes:
        feed: name of the feed.
        line: number of the line or row, from 1.
        offset: where the line begins, in bytes.
        length: of the line, in bytes.
        sha256: of the whole line, hexadecimal.
        raw: its first 64 KiB, undecodable bytes escaped.
        code: the reason in a word.
        reason: the reason in a sentence.
        record: id of the record it speaks of, where that could be told.
    """

    feed: str
    line: int
    offset: int
    length: int
    sha256: str
    raw: str
    code: str
    reason: str
    record: str | None = None
    rejected_at: Time | None = None


class Setting(Bookkeeping, frozen=True, kw_only=True):
    """A setting that belongs to the store, such as its namespace."""

    name: str
    value: str


class Tombstone(Bookkeeping, frozen=True, kw_only=True):
    """HMAC-SHA256 of an erased record's id under the store's secret."""

    mac: str
    erased_at: Time
    by: str
    why: str


class BatchEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the batch log: the order and time of transactions."""

    seq: int
    id: str
    recorded_at: int
    feed: str | None = None
    run: str | None = None


class Provenance(msgspec.Struct, frozen=True, gc=False):
    """Which line of which feed a fact came from."""

    fact: str
    feed: str
    line: int


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """How far a feed has been taken. ``position`` is the feed's own opaque text."""

    feed: str
    position: str
    seq: int


FREE = ""
"""The holder of a lease that was given back, or never taken."""


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """A right to run alone, until ``expires_at`` on the store's clock.

    ``token`` grows with every grant: a write under an older token is refused. One that
    nobody holds has no holder.
    """

    name: str
    holder: str
    token: int
    expires_at: int

    @property
    def is_free(self) -> bool:
        """Whether it lies given back."""
        return self.holder == FREE


def free(name: str, token: int) -> Lease:
    """A lease that nobody holds; never taken, its token is 0."""
    return Lease(name=name, holder=FREE, token=token, expires_at=0)
