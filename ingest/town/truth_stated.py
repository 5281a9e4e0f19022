"""What sources state of people: their consents and their ties, record to record."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ingest.town.crm import POINTS, PURPOSES, STATUSES
from ingest.town.draw import Ints, Texts
from ingest.town.identities import salesforce_ids
from ingest.town.social import PLAIN, QUOTE, REPLY, SHOP
from ingest.town.story import Story
from ingest.town.telegram import SHOP_KEY
from ingest.town.web import anonymous_ids

Columns = dict[str, Any]
NOBODY = -1


@dataclass(frozen=True)
class Stated:
    """Ties of one kind from one feed; persons are -1 where there is none."""

    source: str
    kind: str
    from_key: list[str]
    to_key: list[str]
    one: Ints
    other: Ints
    at: Ints  # milliseconds since 1970, 0 where the feed says none


def times(values: Ints) -> "pa.Array[Any]":
    """Milliseconds since 1970 as UTC times."""
    return pa.array(values.astype("datetime64[ms]")).cast(pa.timestamp("ms", "UTC"))


def _contact_ids(story: Story) -> Texts:
    found = story.contacts
    return story.ids.contacts(found.person, found.copy)


def consents_table(story: Story, person: Texts) -> Columns:
    """Consents of the CRM by contact, and those of the loyalty club by card."""
    given, club = story.consents, story.accounts
    contact = _contact_ids(story)
    count = len(club.person)
    cards = story.ids.texts_of("card", club.person).tolist()
    crm = salesforce_ids("0ZY", np.arange(len(given.contact)))
    agreed = np.concatenate([club.sms, club.email]).tolist()
    at = np.concatenate([given.at, club.registered, club.registered])
    who = [story.contacts.person[given.contact], club.person, club.person]
    return {
        "feed": ["crm"] * len(crm) + ["loyalty"] * (2 * count),
        "consent_id": crm + [None] * (2 * count),
        "record": contact[given.contact].tolist() + cards + cards,
        "person_id": person[np.concatenate(who)],
        "channel": [POINTS[p] for p in given.point.tolist()]
        + ["SMS"] * count + ["Email"] * count,
        "purpose": [PURPOSES[p] for p in given.purpose.tolist()]
        + ["Marketing"] * (2 * count),
        "state": [STATUSES[s] for s in given.status.tolist()]
        + ["OptIn" if yes else "OptOut" for yes in agreed],
        "at": times(at),
    }  # fmt: skip


def stated_table(story: Story, person: Texts) -> Columns:
    """Ties that a source itself states, record to record."""
    parts = [*_of_x(story), *_of_crm(story), _clubs(story), *_saved(story)]
    at = np.concatenate([part.at for part in parts])
    return {
        "source": [part.source for part in parts for _ in part.from_key],
        "kind": [part.kind for part in parts for _ in part.from_key],
        "from_key": [key for part in parts for key in part.from_key],
        "to_key": [key for part in parts for key in part.to_key],
        "from_person": np.concatenate([person[part.one] for part in parts]),
        "to_person": np.concatenate([person[part.other] for part in parts]),
        "at": pa.array(at.astype("datetime64[ms]"), mask=at == 0).cast(
            pa.timestamp("ms", "UTC")
        ),
    }


def _of_x(story: Story) -> Iterator[Stated]:
    ids, follows, posts = story.ids, story.follows, story.posts

    def users(who: Ints) -> list[str]:
        return ids.texts_of("x_user", who).tolist()

    yield Stated(
        "x", "follows", users(follows.one), users(follows.other), follows.one,
        follows.other, follows.one * 0,
    )  # fmt: skip
    rows = np.flatnonzero((posts.kind != PLAIN) & (posts.kind != QUOTE))
    other = posts.person[posts.to[rows]]
    at = posts.at[rows]
    answers = posts.kind[rows] == REPLY
    one = posts.person[rows]
    yield Stated("x", "mentions", users(one), users(other), one, other, at)
    one, other, at = one[answers], other[answers], at[answers]
    yield Stated("x", "replies_to", users(one), users(other), one, other, at)
    rows = np.flatnonzero((posts.kind == PLAIN) & (posts.shop == 1))
    one = posts.person[rows]
    shop = [SHOP[0]] * len(rows)
    yield Stated(
        "x", "mentions", users(one), shop, one, one * 0 + NOBODY, posts.at[rows]
    )


def _of_crm(story: Story) -> Iterator[Stated]:
    ids, found = story.ids, story.contacts
    contact = _contact_ids(story)
    for kind, other in (
        ("spouse", found.spouse),
        ("referred_by", found.referred),
        ("reports_to", found.boss),
    ):
        rows = np.flatnonzero(other >= 0)
        to = ids.contacts(other[rows]).tolist()
        keys = contact[rows].tolist()
        yield Stated("crm", kind, keys, to, found.person[rows], other[rows], rows * 0)
    rows = np.flatnonzero(found.at_work)
    who = found.person[rows]
    firms = ids.accounts(story.world.work.employer[who]).tolist()
    keys = contact[rows].tolist()
    yield Stated("crm", "works_for", keys, firms, who, who * 0 + NOBODY, rows * 0)


def _clubs(story: Story) -> Stated:
    """Group calls of the web feed: who joined which club."""
    visits, rows = story.visits, story.web.groups
    visit = np.searchsorted(visits.start, rows, side="right") - 1
    category = story.life.goods.category
    clubs = [
        f"group/club-{category[product]}" for product in visits.seen[rows].tolist()
    ]
    who = visits.person[visit]
    return Stated(
        "web", "member_of", anonymous_ids(visits.browser[visit]), clubs, who,
        who * 0 + NOBODY, visits.event_at[rows],
    )  # fmt: skip


def _saved(story: Story) -> Iterator[Stated]:
    """Whom the shop's account in Telegram has as a contact, since the first talk."""
    if (chats := story.chats) is None:
        return
    rows = np.flatnonzero(chats.saved)
    who, at = chats.person[rows], chats.at[chats.start[rows]]
    yield Stated(
        "telegram", "contact", [SHOP_KEY] * len(rows),
        [chats.key(n) for n in rows.tolist()], who * 0 + NOBODY, who, at,
    )  # fmt: skip
