"""Which person stands behind each record that the feeds mention."""

from typing import Any

import numpy as np

from ingest.facts.alike import hash_of
from ingest.town.draw import Bools, Ints, Texts
from ingest.town.pools import load_toml
from ingest.town.story import Story
from ingest.town.web import anonymous_ids, ip_text

_ANONYMOUS, _AGENTS = 1 << 40, 64
Rows = tuple[str, list[str], Ints]


def records_table(story: Story, person: Texts) -> dict[str, Any]:
    """One row a (source, key, person); `main` marks who used the record most."""
    blocks = [
        _browsers(story), _access(story), _loyalty(story), _calls(story), _x(story),
        _crm(story), *_telegram(story),
    ]  # fmt: skip
    source = [name for name, keys, _ in blocks for _ in keys]
    key = [k for _, keys, _ in blocks for k in keys]
    who = np.concatenate([persons for _, _, persons in blocks])
    main: list[Bools] = []
    uses: list[Ints] = []
    for name, keys, _ in blocks:
        block_main, block_uses = _uses(story, name, len(keys))
        main.append(block_main)
        uses.append(block_uses)
    firms = story.ids.accounts(np.arange(len(story.world.work.names))).tolist()
    count = len(firms)
    return {
        "source": source + ["crm"] * count, "key": key + firms,
        "person_id": [*person[who].tolist(), *[None] * count],
        "employer_id": [None] * len(key) + [f"e{n:06d}" for n in range(count)],
        "main": np.concatenate([*main, np.ones(count, bool)]),
        "events": np.concatenate([*uses, np.ones(count, np.int64)]),
    }  # fmt: skip


def _uses(story: Story, name: str, count: int) -> tuple[Bools, Ints]:
    """Whether a row is its record's main one, and how many events it has."""
    if name == "web":
        visits = story.visits
        size = np.diff(visits.start)
        return _shared(visits.browser, visits.person, size)[2:]
    if name == "access":
        ip, who, _ = numbered_hits(story)
        return _shared(ip, who, np.ones(len(ip), np.int64))[2:]
    return np.ones(count, bool), np.ones(count, np.int64)


def _shared(record: Ints, person: Ints, weight: Ints) -> tuple[Ints, Ints, Bools, Ints]:
    """Distinct (record, person), if the person is the record's main one, events."""
    room = int(person.max(initial=0)) + 1
    pairs, inverse = np.unique(record * room + person, return_inverse=True)
    events = np.bincount(inverse, weights=weight).astype(np.int64)
    records, persons = pairs // room, pairs % room
    order = np.lexsort((persons, -events, records))
    first = np.ones(len(order), dtype=bool)
    first[1:] = records[order][1:] != records[order][:-1]
    main = np.zeros(len(order), dtype=bool)
    main[order[first]] = True
    return records, persons, main, events


def _browsers(story: Story) -> Rows:
    visits = story.visits
    size = np.diff(visits.start)
    records, persons, _, _ = _shared(visits.browser, visits.person, size)
    return "web", anonymous_ids(records), persons


def numbered_hits(story: Story) -> tuple[Ints, Ints, Ints]:
    """(record number, person, user's person or -1) of each human line."""
    hits = story.hits
    human = hits.person >= 0
    person = hits.person[human]
    anonymous = hits.ip[human] * _AGENTS + hits.agent[human]
    user = np.where(hits.user[human] == 1, person, -1)
    record = np.where(user >= 0, user, _ANONYMOUS + anonymous)
    return record, person, user


def access_keys(story: Story, numbers: Ints) -> list[str]:
    """Keys of access records by number, as the connector makes them.

    A signed-in user is `user/NAME`; others are a hash of address and browser.
    """
    agents: list[str] = load_toml("web.toml")["browsers"]
    out: list[str] = []
    for number in map(int, numbers):
        if number < _ANONYMOUS:
            out.append(f"user/{story.ids.user(number)}")
        else:
            ip, agent = divmod(number - _ANONYMOUS, _AGENTS)
            out.append(f"{hash_of(f'{ip_text(ip)} {agents[agent]}'):016x}")
    return out


def _access(story: Story) -> Rows:
    record, person, _ = numbered_hits(story)
    records, persons, _, _ = _shared(record, person, np.ones(len(record), np.int64))
    return "access", access_keys(story, records), persons


def _loyalty(story: Story) -> Rows:
    who = story.accounts.person
    return "loyalty", story.ids.texts_of("card", who).tolist(), who


def _calls(story: Story) -> Rows:
    calls = story.calls
    return "calls", calls.unique_id(slice(0, len(calls.at))), calls.person


def _x(story: Story) -> Rows:
    """Users of X who posted, follow or are followed."""
    follows, posts = story.follows, story.posts
    who = np.unique(np.concatenate([follows.one, follows.other, posts.person]))
    return "x", story.ids.texts_of("x_user", who).tolist(), who


def _crm(story: Story) -> Rows:
    found = story.contacts
    keys = story.ids.contacts(found.person, found.copy)
    return "crm", keys.tolist(), found.person


def _telegram(story: Story) -> list[Rows]:
    """Customers who wrote to the shop's account."""
    if (chats := story.chats) is None:
        return []
    keys = [chats.key(n) for n in range(len(chats.person))]
    return [("telegram", keys, chats.person)]
