"""What raw texts say by today's normalizer: pure functions, no store.

A version keeps its id, raw texts and times; its canonical values, flags and the context
by which it is read are made anew. ``HAS`` follows: what versions say is said again, and
times at which events showed an identifier go with the raw text that gave it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from graph.model import Noun, Record, Version
from ingest.facts.attributes import attribute_of, identifiers, is_long
from ingest.normalize import registry
from ingest.normalize.context import BIRTH, READ_BY, Context, recalled
from ingest.normalize.dates import parse_dates, separator
from ingest.normalize.registry import ATTRIBUTES, Normalized, normalize
from ingest.settings import IngestSettings
from ingest.tables.rows import WRONG_FORMAT

FIRST_NOTED = 2
"""Versions of earlier normalizers do not tell by what they were read."""

_READERS_FLAG = f"{BIRTH}:{WRONG_FORMAT}"
_OWN = "x."

Key = tuple[str, str]
"""Kind and value of an identifier."""


class Span(NamedTuple):
    """From when to when something was seen; None: not known."""

    since: int | None
    until: int | None

    def with_(self, other: "Span") -> "Span":
        """The span of both; an unknown end widens nothing."""
        since = [at for at in (self.since, other.since) if at is not None]
        until = [at for at in (self.until, other.until) if at is not None]
        return Span(min(since, default=None), max(until, default=None))


_EVER = Span(None, None)
Spans = dict[Key, Span]


class Said(NamedTuple):
    """A version before and after, with the identifiers in it.

    Attributes:
        before: as stored.
        after: by today's normalizer.
        old: identifiers before.
        new: identifiers after.
    """

    before: Version
    after: Version
    old: list[Key]
    new: list[Key]


def rederived(version: Version, subject: Noun | None, settings: IngestSettings) -> Said:
    """A version read again.

    Args:
        version: as stored.
        subject: what it is of; only records are put in canonical form.
        settings: region of versions that do not tell by what they were read.
    """
    now = registry.NORMALIZER_VERSION
    if not isinstance(subject, Record):
        after = msgspec.structs.replace(version, normalizer_version=now)
        return Said(version, after, [], [])
    context = context_of(version, settings)
    said = normalize(version.raw, region=context.region, orders=context.orders)
    more = {name: value for name, value in version.more.items() if name != READ_BY}
    after = msgspec.structs.replace(
        version,
        value=said.value,
        flags=[*_foreign(version), *said.flags],
        normalizer_version=now,
        more=more | ({READ_BY: said.noted} if said.noted else {}),
    )
    source, stored = subject.source, Normalized(version.value, version.flags)
    return Said(
        version,
        after,
        identifiers(stored, source, context.region),
        identifiers(said, source, context.region),
    )


def context_of(version: Version, settings: IngestSettings) -> Context:
    """By what a version was read; an early one shows it by its canonical dates."""
    if version.normalizer_version >= FIRST_NOTED:
        kept = version.more.get(READ_BY)
        return recalled(kept if isinstance(kept, dict) else {})
    orders: dict[str, str] = {}
    for text in version.raw.get(BIRTH, ()):
        mark = separator(text)
        for order in ("dmy", "mdy") if mark is not None else ():
            if mark is not None and _shows(version, text, {mark: order}):
                orders.setdefault(mark, order)
    return Context(settings.region, orders)


def _shows(version: Version, text: str, orders: Mapping[str, str]) -> bool:
    """Whether an order gives the canonical date and flags that a version has."""
    found = parse_dates([text], orders)
    flags = {f"{BIRTH}:{flag}" for flag in found.flags[0]}
    stored = version.value.get(BIRTH, ())
    return found.values[0] in stored and flags <= {*version.flags}


def spans_now(
    record: Record, said: Sequence[Said], has: Mapping[Key, Span], region: str
) -> Spans:
    """When a record bore which identifiers, by its versions as they are read today.

    Args:
        record: it.
        said: all its versions.
        has: its identifiers as stored.
        region: of values that no version tells of.

    Identifiers that no version could give (accounts, cards) are left out.
    """
    old, now = _spans(said, new=False), _spans(said, new=True)
    heirs = _heirs(said)
    for key, span in has.items():
        told = attribute_of(key[0], record.source)
        if told is None:
            continue
        beyond = _beyond(span, old.get(key))
        if beyond is None:
            continue
        for heir in heirs.get(key) or _again(key, told, record.source, region):
            now[heir] = now.get(heir, _EVER).with_(beyond)
    return now


def _spans(said: Iterable[Said], *, new: bool) -> Spans:
    found: Spans = {}
    for one in said:
        at = one.before.observed_at
        for key in one.new if new else one.old:
            if is_long(key[1]):
                continue
            found[key] = found.get(key, _EVER).with_(Span(at, at))
    return found


def _heirs(said: Iterable[Said]) -> dict[Key, dict[Key, None]]:
    """What the raw texts of each identifier give today."""
    heirs: dict[Key, dict[Key, None]] = {}
    for one in said:
        for kind in dict.fromkeys(kind for kind, _ in one.old):
            old = [key for key in one.old if key[0] == kind]
            new = [key for key in one.new if key[0] == kind]
            apart = len(old) == len(new)
            for place, key in enumerate(old):
                gained = [new[place]] if apart else new
                heirs.setdefault(key, {}).update(dict.fromkeys(gained))
    return heirs


def _beyond(span: Span, told: Span | None) -> Span | None:
    """What of a span versions do not tell; None where they tell all of it."""
    if told is None:
        return span
    since = span.since
    if since is not None and told.since is not None and told.since <= since:
        since = None
    until = span.until
    if until is not None and told.until is not None and told.until >= until:
        until = None
    return None if since is None and until is None else Span(since, until)


def _again(key: Key, told: tuple[str, str], source: str, region: str) -> list[Key]:
    """An identifier of which no version tells: its value is all there is of it."""
    attribute, own_region = told
    region = own_region or region
    return identifiers(normalize({attribute: [key[1]]}, region=region), source, region)


def _foreign(version: Version) -> list[str]:
    """Flags that do not come from the normalizer: of times, of a table's reader."""
    return [flag for flag in version.flags if not _is_own(flag, version)]


def _is_own(flag: str, version: Version) -> bool:
    attribute, colon, _ = flag.partition(":")
    if not colon or flag == _READERS_FLAG:
        return False
    return (
        attribute in version.raw
        or attribute in ATTRIBUTES
        or attribute.startswith(_OWN)
    )
