"""Web visits: the events of one visitor without a long pause, and what became of them.

Steps keep the order in which the events happened. Each has ``kind`` (the event's name
in lower case with underscores; ``page`` for a page that was seen) and ``after``, the
seconds since the visit began; besides them, where it is known: ``path``, ``product``
(its key), ``available`` (False: out of stock), ``query`` and ``results`` of a search,
``order``, ``step``, ``code`` of an error or coupon, ``reason``, ``status`` of HTTP.
``more`` has ``browser``, ``system`` and ``device`` (``normalize.agents``) of a visit
whose user agent is known.
"""

from operator import itemgetter
from urllib.parse import urlsplit

import msgspec

from graph.model import Value, Visit
from graph.schema import EdgeKind
from ingest.facts.alike import hash_of
from ingest.facts.facts import Facts
from ingest.facts.groups import Group
from ingest.facts.referrers import came_from
from ingest.facts.times import SECOND
from ingest.normalize.agents import NO_AGENT, agent_of

MOST_STEPS = 200
_time = itemgetter(0)
LATE, CUT = "late", "steps_cut"


class Seen(msgspec.Struct, gc=False):
    """What is gathered of an open visit.

    Attributes:
        record: id of the visitor's record.
        steps: (time, step), in the order of lines, ``MOST_STEPS`` at most.
        events: how many there were.
        begin: least time.
        end: greatest time.
        names: what tells the events apart, and how often; makes the visit's id.
        borne: kinds and texts of identifiers, with the first and last time.
        offset: of the zone, in minutes.
        campaign: of the first event that has one; without any, what the referrer tells.
        referrer: of the first event that has one.
        landing: path of the first page.
        searches: words that were searched for.
        viewed: how often each product was.
        flags: of the visit.
        agent: user agent of the first event that has one.
    """

    record: str = ""
    steps: list[tuple[int, dict[str, Value]]] = []
    events: int = 0
    begin: int = 0
    end: int = 0
    names: dict[str, int] = {}
    borne: dict[tuple[str, str], tuple[int, int]] = {}
    offset: int | None = None
    campaign: dict[str, str] = {}
    referrer: str | None = None
    landing: str | None = None
    searches: list[str] = []
    viewed: dict[str, int] = {}
    flags: list[str] = []
    agent: str | None = None

    def add(self, at: int, name: str, step: dict[str, Value] | None) -> None:
        """One more event: ``name`` tells it from others, ``step`` is what it shows."""
        if not self.events:
            self.begin = self.end = at
        elif at < self.begin:
            self.begin = at
        elif at > self.end:
            self.end = at
        self.events += 1
        self.names[name] = self.names.get(name, 0) + 1
        if step is None:
            return
        if len(self.steps) < MOST_STEPS:
            self.steps.append((at, step))
        elif CUT not in self.flags:
            self.flags.append(CUT)

    def bear(self, kind: str, text: str, at: int) -> None:
        """The visitor had an account, cookie or device at a time."""
        known = self.borne.get((kind, text))
        if known is None:
            self.borne[kind, text] = (at, at)
        elif at > known[1]:
            self.borne[kind, text] = (known[0], at)
        elif at < known[0]:
            self.borne[kind, text] = (at, known[1])

    def view(self, product: str) -> None:
        """A product was looked at; ``product`` is the node's id."""
        self.viewed[product] = self.viewed.get(product, 0) + 1


def write_visit(facts: Facts, group: Group[Seen]) -> None:
    """A visit that is closed, into the facts."""
    seen, ids = group.content, facts.ids
    names = "\n".join([f"{name} {seen.names[name]}" for name in sorted(seen.names)])
    own = f"{seen.begin}/{seen.end}/{seen.events}/{hash_of(names):016x}"
    flags = [*seen.flags, *([LATE] if group.late else [])]
    steps, begin = sorted(seen.steps, key=_time), seen.begin
    for at, step in steps:
        step["after"] = (at - begin) // SECOND
    visit = Visit(
        id=ids.event("Visit", seen.record, own),
        observed_at=seen.begin,
        offset_minutes=seen.offset,
        flags=flags,
        kind="web",
        ended_at=seen.end,
        events=seen.events,
        landing=seen.landing,
        referrer=seen.referrer,
        campaign=seen.campaign or came_from(seen.referrer),
        searches=seen.searches,
        steps=[step for _, step in steps],
        more=_client(seen.agent),
    )
    facts.event(visit, seen.record, group.line)
    for (kind, text), times in seen.borne.items():
        _bear(facts, seen.record, kind, text, times)
    for product, times in seen.viewed.items():
        facts.edge(EdgeKind.VIEWED, visit.id, product, weight=float(times))


def _client(agent: str | None) -> dict[str, Value]:
    """``browser``, ``system``, ``device``; the whole text would single people out."""
    found = agent_of(agent) if agent else None
    return {} if found is None or found == NO_AGENT else dict(found._asdict())


def _bear(
    facts: Facts, record: str, kind: str, text: str, times: tuple[int, int]
) -> None:
    first, last = times
    if kind == "device":
        facts.bears(record, kind, {kind: [text]}, first, last)
    else:
        facts.has(record, kind, text, first, last)


def path_of(url: str) -> tuple[str, str]:
    """Path and query of a URL; both blank when it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.path, parts.query
