"""`site_access.log`: the info and blog site, in the NCSA Combined Log Format.

https://httpd.apache.org/docs/2.4/logs.html#combined; times are UTC (`+0000`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

import numpy as np

from ingest.sources.access import MONTHS
from ingest.town.contacts import Contacts
from ingest.town.draw import Ints, chance, mix, stream
from ingest.town.identities import Identities
from ingest.town.people import DAYS, START_DAY
from ingest.town.pools import load_toml
from ingest.town.visits import DAY, HOUR
from ingest.town.web import ip_numbers, ip_text
from ingest.town.world import Life, World
from ingest.town.write import Lines, chunks

HOST = "https://info.zatyshok.example"
_VISITS, _PAGES, _ROBOTS = 2.8, 3.2, 0.16
_LOGGED_IN, _LOST, _CAMPAIGN, _SEARCHED = 0.22, 0.03, 0.15, 0.06
_ROBOT_ADDRESS = (66 << 24) + (249 << 16) + (64 << 8)


@dataclass(frozen=True)
class Hits:
    """One row a line; robots have person -1."""

    at: Ints  # ms, whole seconds
    person: Ints
    visit: Ints
    ip: Ints
    agent: Ints  # negative: robots
    page: Ints
    status: Ints
    campaign: Ints
    user: Ints  # 1: the server knows who it is


def browse(world: World, life: Life, seed: int) -> Hits:
    """Draw visits to the info site, robots among them."""
    rng = stream(seed, "access")
    often = _VISITS * life.network.activity * life.members.web
    person = np.repeat(np.arange(len(world)), rng.poisson(often))
    browser = _browser(world.contacts, person, rng)
    day = rng.integers(0, DAYS, len(person))
    _, keep = np.unique(browser * DAY + day, return_index=True)
    person, browser, day = person[keep], browser[keep], day[keep]
    begin = (day + START_DAY) * DAY + rng.integers(5 * HOUR, 20 * HOUR, len(day))
    pages = 1 + rng.poisson(_PAGES, len(day))
    visit = np.repeat(np.arange(len(day)), pages)
    gap = rng.integers(3, 400, len(visit)) * 1000
    run = np.cumsum(gap)
    first = np.cumsum(pages) - pages
    at = begin[visit] // 1000 * 1000 + run - run[first][visit]
    ip = ip_numbers(
        world.people.household[browser // 4], chance(rng, 0.15, len(day)), rng
    )
    agent = (mix(browser, 0xA6E7) % np.uint64(13)).astype(np.int64)
    user = (chance(rng, _LOGGED_IN, len(day)) & life.members.account[person]).astype(
        int
    )
    campaign = np.where(
        chance(rng, _CAMPAIGN, len(visit)), rng.integers(0, 6, len(visit)), -1
    )
    starts = np.zeros(len(visit), dtype=bool)
    starts[first] = True
    campaign = np.where(starts, campaign, -1)
    human = Hits(
        at, person[visit], visit, ip[visit], agent[visit],
        rng.integers(0, 16, len(visit)), _status(len(visit), rng), campaign,
        user[visit],
    )  # fmt: skip
    return _sorted(human, _robots(int(len(visit) * _ROBOTS), rng))


def _browser(contacts: Contacts, person: Ints, rng: np.random.Generator) -> Ints:
    second = chance(rng, 0.2, len(person)).astype(np.int64)
    return contacts.device[person, second] * 2


def _status(count: int, rng: np.random.Generator) -> Ints:
    draw = rng.random(count)
    status = np.where(draw < _LOST, 404, 200)
    return np.where(draw > 1 - 0.05, 304, status)


def _robots(count: int, rng: np.random.Generator) -> Hits:
    at = START_DAY * DAY + rng.integers(0, DAYS * DAY // 1000, count) * 1000
    none = np.full(count, -1)
    agent = -1 - rng.integers(0, 10, count)
    return Hits(
        at, none, none, _ROBOT_ADDRESS + agent + 20, agent, rng.integers(0, 16, count),
        np.where(chance(rng, 0.1, count), 404, 200), none, none * 0,
    )  # fmt: skip


def _sorted(one: Hits, other: Hits) -> Hits:
    order = np.argsort(np.concatenate([one.at, other.at]), kind="stable")
    pairs = zip(vars(one).values(), vars(other).values(), strict=True)
    return Hits(*(np.concatenate(pair)[order] for pair in pairs))


class _Words:
    """The texts that lines are made of."""

    def __init__(self) -> None:
        data = load_toml("web.toml")
        self.browsers: list[str] = data["browsers"]
        self.robots: list[str] = data["robots"]
        self.paths = [f"/blog/{name}" for name in data["articles"]] + data["assets"]
        self.campaigns = [
            f"?utm_source={c['source']}&utm_medium={c['medium']}"
            f"&utm_campaign={c['name']}"
            for c in data["campaigns"]
        ]
        self.queries = [quote_plus(text) for text in data["missing_queries"]]
        self.referrers: list[str] = data["referrers"]

    def referrer(self, bits: int) -> str:
        return self.referrers[bits % len(self.referrers)]

    def agent(self, number: int) -> str:
        return self.browsers[number] if number >= 0 else self.robots[-1 - number]

    def path(self, page: int, status: int, campaign: int, bits: int) -> str:
        if status == _MISSING:
            return f"/blog/old-{bits % 97}"
        if bits % 100 < _SEARCHED * 100:
            return "/search?q=" + self.queries[bits // 100 % len(self.queries)]
        return self.paths[page] + (self.campaigns[campaign] if campaign >= 0 else "")


_MISSING = 404


def write_access(
    identities: Identities, hits: Hits, out: Path, progress: Callable[[int, int], None]
) -> int:
    """Write the log in order of time; the number of lines."""
    words = _Words()
    with Lines(out / "site_access.log") as file:
        for part in chunks(len(hits.at)):
            file.write(_lines(words, identities, hits, part))
            progress(part.stop, len(hits.at))
        return file.count


def _lines(words: _Words, identities: Identities, hits: Hits, part: slice) -> list[str]:
    stamps = np.datetime_as_string(
        hits.at[part].astype("datetime64[ms]"), unit="s"
    ).tolist()
    bits = mix(np.arange(int(part.start), int(part.stop)), 0xACCE).tolist()
    cells = zip(
        stamps, bits, hits.person[part].tolist(), hits.ip[part].tolist(),
        hits.agent[part].tolist(), hits.page[part].tolist(), hits.status[part].tolist(),
        hits.campaign[part].tolist(), hits.user[part].tolist(), strict=True,
    )  # fmt: skip
    out: list[str] = []
    for stamp, bit, person, ip, agent, page, status, campaign, known in cells:
        path = words.path(page, status, campaign, bit >> 8)
        month = MONTHS[int(stamp[5:7]) - 1]
        time = f"{stamp[8:10]}/{month}/{stamp[:4]}:{stamp[11:]} +0000"
        user = identities.user(person) if known else "-"
        size = "-" if status == _UNCHANGED else str(900 + bit % 40_000)
        referrer = words.referrer(bit) if agent >= 0 else ""
        out.append(
            f'{ip_text(ip)} - {user} [{time}] "GET {path} HTTP/1.1" {status} {size} '
            f'"{referrer or "-"}" "{words.agent(agent)}"'
        )
    return out


_UNCHANGED = 304
