"""`web_events.jsonl`: the shop's tracking calls in Segment's spec.

https://segment.com/docs/connections/spec/ (identify, track, page, screen, group, alias)
and its ecommerce events.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from graph.closing import Closing
from ingest.town.draw import Bools, Ints, chance, mix, stream
from ingest.town.events import EVENTS
from ingest.town.identities import Identities
from ingest.town.pools import load_toml
from ingest.town.sentence import Sentence
from ingest.town.visits import ALIAS, GROUP, IDENTIFY, SCREEN, Visits, logged_in
from ingest.town.world import Life, World
from ingest.town.write import Lines, chunks, js_all, utc, uuids

_ANONYMOUS, _MESSAGE = 0xA202, 0x3E55
_TWICE, _LATE, _ALIASED, _GROUPED = 0.004, 0.003, 0.004, 0.05
_CAMPAIGN, _FROM_ABROAD = 0.12, 0.2
_PACKED, _PACKED_OF, _IN_BODY = 0xBA7C, 12, 20
SITE = "https://www.zatyshok.example"


@dataclass(frozen=True)
class WebCounts:
    """What the feed holds besides its plain lines."""

    lines: int
    duplicates: int
    late: int
    groups: Ints  # rows of the events that are group calls
    bodies: int = 0  # events in bodies of the batch call
    body_duplicates: int = 0


def anonymous_ids(browsers: Ints) -> list[str]:
    """The anonymousId of each browser number."""
    return uuids(browsers, _ANONYMOUS)


def write_web(
    teller: tuple[World, Life, Identities, dict[int, str]], visits: Visits, out: Path,
    progress: Callable[[int, int], None], *, bodies: bool = False,
) -> WebCounts:  # fmt: skip
    """Write all events in the order in which they arrived.

    With ``bodies`` those of some browsers go into ``web_batches.jsonl`` instead: bodies
    of the batch call, as a server's library posts them.
    """
    world, life, identities, traits = teller
    rng = stream(world.seed, "web")
    visit_of = np.repeat(np.arange(len(visits.at)), np.diff(visits.start))
    known = logged_in(visits, life.members.account)
    code = _rare(visits, known, rng)
    late = chance(rng, _LATE, len(code))
    arrival = visits.event_at + np.where(
        late, rng.integers(600_000, 7_000_000, len(code)), 0
    )
    twice = np.flatnonzero(chance(rng, _TWICE, len(code)))
    rows = np.concatenate([np.arange(len(code)), twice])
    arrival = np.concatenate([arrival, arrival[twice] + 2_000])
    rows = rows[np.argsort(arrival, kind="stable")]
    sentence = Sentence(world, life, visits, identities, traits)
    context = Context(visits, world.people.household, rng)
    apart = _apart(visits)[visit_of] if bodies else np.zeros(len(code), bool)
    with Lines(out / "web_events.jsonl") as file, Bodies(out) as packed:
        for part in chunks(len(rows)):
            event = rows[part]
            lines = _lines(
                sentence, context, (event, visit_of[event], code[event], known[event])
            )
            for_body = apart[event].tolist()
            file.write([x for x, b in zip(lines, for_body, strict=True) if not b])
            packed.add([x for x, b in zip(lines, for_body, strict=True) if b])
            progress(part.stop, len(rows))
        groups, again = np.flatnonzero(code == GROUP), int(apart[twice].sum())
        return WebCounts(
            file.count,
            len(twice) - again,
            int(late.sum()),
            groups,
            packed.events,
            again,
        )


def _apart(visits: Visits) -> Bools:
    """The visits of browsers whose events go into bodies: all of a browser, or none."""
    return mix(visits.browser, _PACKED) % np.uint64(_PACKED_OF) == 0


class Bodies(Closing):
    """`web_batches.jsonl`: events in bodies of the batch call, a body a line.

    https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/#batch.
    There is no file without events.

    Args:
        out: the folder of the feeds.

    Attributes:
        events: written so far, or waiting for their body.
    """

    def __init__(self, out: Path) -> None:
        self.events = 0
        self._path = out / "web_batches.jsonl"
        self._file: Lines | None = None
        self._waiting: list[str] = []

    def add(self, events: list[str]) -> None:
        """Add events in their order."""
        self.events += len(events)
        self._waiting += events
        while len(self._waiting) >= _IN_BODY:
            self._write()

    def close(self) -> None:
        """Write what waits, and finish the file."""
        if self._waiting:
            self._write()
        if self._file is not None:
            self._file.close()

    def _write(self) -> None:
        if self._file is None:
            self._file = Lines(self._path)
        batch, self._waiting = self._waiting[:_IN_BODY], self._waiting[_IN_BODY:]
        self._file.write([f'{{"batch":[{",".join(batch)}],"writeKey":"zatyshok"}}'])


def _rare(visits: Visits, known: Bools, rng: np.random.Generator) -> Ints:
    """Some calls that few sites make: alias at a first login, group by interest."""
    code = visits.code.copy()
    draw = rng.random(len(code))
    again = (code == IDENTIFY) & known
    # The alias stands where a second identify would: right behind the first.
    code[again & (draw < _ALIASED * 5)] = ALIAS
    plain = known & (code < IDENTIFY) & (draw > 1 - _GROUPED) & (code == 0)
    code[plain] = GROUP
    return code


class Context:
    """The `context` of each event: browser, address, campaign, page."""

    def __init__(self, visits: Visits, homes: Ints, rng: np.random.Generator) -> None:
        data = load_toml("web.toml")
        count = len(visits.at)
        self.agents = js_all(data["browsers"])
        self.agent = (mix(visits.browser, 0xA6E7) % np.uint64(len(self.agents))).astype(
            np.int64
        )
        self.referrer = rng.integers(0, len(data["referrers"]), count)
        self.referrers = js_all(data["referrers"])
        self.campaigns = [
            f',"campaign":{{"source":"{c["source"]}","medium":"{c["medium"]}",'
            f'"name":"{c["name"]}"}}'
            for c in data["campaigns"]
        ] + [""]
        some = chance(rng, _CAMPAIGN, count)
        picked = rng.integers(0, len(self.campaigns) - 1, count)
        self.campaign = np.where(some, picked, -1)
        self.ip = ip_numbers(
            homes[visits.browser // 4], chance(rng, _FROM_ABROAD, count), rng
        )


def ip_numbers(households: Ints, away: Bools, rng: np.random.Generator) -> Ints:
    """One address for all of a household at home, any other on the way."""
    home = (
        (mix(households, 0x1B) % np.uint64(2**22)).astype(np.int64)
        + (93 << 24)
        + (72 << 16)
    )
    mobile = rng.integers(0, 2**16, len(households)) + (46 << 24) + (211 << 16)
    return np.where(away, mobile, home)


def ip_text(number: int) -> str:
    """The dotted form."""
    return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _lines(sentence: Sentence, context: Context, rows: tuple[Any, ...]) -> list[str]:
    event, visit, code, known = rows
    visits = sentence.visits
    browsers = visits.browser[visit]
    person = visits.person[visit].tolist()
    logged = known.tolist()
    cells = zip(
        code.tolist(), event.tolist(), visit.tolist(), person,
        uuids(event, _MESSAGE), anonymous_ids(browsers), utc(visits.event_at[event]),
        [context.agents[a] for a in context.agent[visit].tolist()],
        [ip_text(n) for n in context.ip[visit].tolist()],
        [context.campaigns[c] for c in context.campaign[visit].tolist()],
        [context.referrers[r] for r in context.referrer[visit].tolist()], logged,
        strict=True,
    )  # fmt: skip
    out: list[str] = []
    for (
        c,
        e,
        v,
        p,
        message,
        anonymous,
        at,
        agent,
        ip,
        campaign,
        referrer,
        said,
    ) in cells:
        kind, page, body = EVENTS[c](sentence, e, v, p)
        user = f',"userId":"{sentence.identities.user(p)}"' if said else ""
        who = "" if c == ALIAS else f'"anonymousId":"{anonymous}"'
        if c == ALIAS:
            who = f'"previousId":"{anonymous}"'
        device = sentence.device(v) if c in (SCREEN, IDENTIFY) else ""
        out.append(
            f'{{"type":"{kind}","messageId":"{message}",{who}{user},"timestamp":"{at}",'
            f'"context":{{"page":{{{page},"referrer":{referrer}}},"userAgent":{agent},'
            f'"ip":"{ip}"{campaign}{device}}},{body}}}'
        )
    return out
