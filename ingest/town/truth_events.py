"""What the feeds say happened: visits, purchases, calls, posts, consents, ties."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ingest.town.calls import DISPOSITIONS, OUT, number_text, outcome
from ingest.town.draw import Ints, Texts, mix, texts
from ingest.town.sentence import order_number, sku
from ingest.town.shopping import REASONS, WEB
from ingest.town.social import PLAIN, REPLY, REPOST, post_ids
from ingest.town.stores import METHODS, receipt_id
from ingest.town.story import Story
from ingest.town.talk import LANGUAGES, MOODS
from ingest.town.telegram import told
from ingest.town.truth_records import access_keys, numbered_hits
from ingest.town.truth_stated import consents_table, stated_table, times
from ingest.town.visits import ORDER, REFUND, REFUNDED
from ingest.town.web import anonymous_ids

Columns = dict[str, Any]
SESSION_GAP = 30 * 60 * 1000
NOBODY: Texts = np.array([None], dtype=object)  # spreads over a column


def _web_visits(story: Story, person: Texts) -> Columns:
    v = story.visits
    reason = [REASONS[r] if r >= 0 else None for r in map(int, v.reason)]
    return {
        "anonymous_id": anonymous_ids(v.browser), "person_id": person[v.person],
        "started_at": times(v.at), "ended_at": times(v.event_at[v.start[1:] - 1]),
        "events": np.diff(v.start), "product": [sku(n) for n in v.product.tolist()],
        "reason": reason,
    }  # fmt: skip


def _access_visits(story: Story, person: Texts) -> Columns:
    """Runs of lines of one record with no gap beyond half an hour."""
    hits = story.hits
    number, who, _ = numbered_hits(story)
    at = hits.at[hits.person >= 0]
    order = np.lexsort((at, number))
    number, who, at = number[order], who[order], at[order]
    begins = np.ones(len(at), dtype=bool)
    begins[1:] = (number[1:] != number[:-1]) | (np.diff(at) > SESSION_GAP)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(at)) - 1
    return {
        "key": access_keys(story, number[first]), "person_id": person[who[first]],
        "started_at": times(at[first]), "ended_at": times(at[last]),
        "events": last - first + 1,
    }  # fmt: skip


def _store_visits(story: Story, person: Texts) -> Columns:
    seen = story.store_visits
    return {
        "visit_id": [f"V{n:08d}" for n in range(len(seen.person))],
        "loyalty_card": story.ids.texts_of("card", seen.person),
        "person_id": person[seen.person], "entered_at": times(seen.at),
        "left_at": times(seen.left),
        "store_id": [f"T{n + 1:02d}" for n in seen.store.tolist()],
        "method": [METHODS[m] for m in seen.method.tolist()],
    }  # fmt: skip


def _purchases(story: Story, person: Texts) -> Columns:
    """Sales and returns, one row each, as both shops wrote them."""
    web, till = _web_rows(story), _till_rows(story)
    both = {name: np.concatenate([web[name], till[name]]) for name in web}
    bought, back = story.life.purchases, both["back"].astype(bool)
    row = both["row"]
    first = bought.line_start[:-1][row]
    online = np.arange(len(row)) < len(web["row"])
    whole = ~back | online  # a till takes back the first thing only
    one = bought.line_price[first] * bought.line_quantity[first]
    keys = zip(row.tolist(), back.tolist(), online.tolist(), strict=True)
    many = np.diff(bought.line_start)[row]
    cards = story.ids.texts_of("card", bought.person[row])
    record = np.where(bought.carded[row], cards, NOBODY)
    record[: len(web["row"])] = anonymous_ids(web["browser"])
    return {
        "feed": np.where(online, "web", "receipts"),
        "purchase_id": [_sale_id(r, b, o) for r, b, o in keys],
        "kind": np.where(back, "return", "sale"),
        "person_id": person[bought.person[row]],
        "record": record, "at": times(both["at"]), "lines": np.where(whole, many, 1),
        "amount": np.where(whole, bought.amount[row], one),
        "margin": np.where(whole, bought.margin[row], bought.line_margin[first]),
        "currency": ["UAH"] * len(row), "prompted_by": person[bought.by[row]],
    }  # fmt: skip


def _sale_id(row: int, back: bool, online: bool) -> str:  # noqa: FBT001 - cells of a row
    return order_number(row) if online else receipt_id(row, back=back)


def _web_rows(story: Story) -> dict[str, Ints]:
    v = story.visits
    rows = np.flatnonzero(v.purchase >= 0)
    begin, end = v.start[rows], v.start[rows + 1]
    said = np.flatnonzero((v.code == ORDER) | (v.code == REFUND))
    at = said[np.searchsorted(said, begin)]
    if not ((at >= begin) & (at < end)).all():
        message = "a visit with a purchase has no order among its events"
        raise ValueError(message)
    return {
        "row": v.purchase[rows], "at": v.event_at[at],
        "back": (v.kind[rows] == REFUNDED).astype(np.int64), "browser": v.browser[rows],
    }  # fmt: skip


def _till_rows(story: Story) -> dict[str, Ints]:
    found = story.receipts
    return {
        "row": found.purchase, "at": found.at, "back": found.back.astype(np.int64),
        "browser": np.full(len(found.at), -1),
    }  # fmt: skip


def _cascades(story: Story, person: Texts) -> Columns:
    bought = story.life.purchases
    rows = np.flatnonzero(bought.adopted)
    channel = bought.channel[rows]
    ids = zip(rows.tolist(), (channel == WEB).tolist(), strict=True)
    return {
        "purchase_id": [_sale_id(r, False, o) for r, o in ids],  # noqa: FBT003
        "person_id": person[bought.person[rows]],
        "product": [sku(n) for n in bought.product[rows].tolist()],
        "day": bought.day[rows], "prompted_by": person[bought.by[rows]],
        "channel": np.where(channel == WEB, "web", "store"),
    }  # fmt: skip


def _reasons(story: Story, person: Texts) -> Columns:
    lost = story.life.unwon
    who = lost.person
    return {
        "person_id": person[who], "reason": [REASONS[r] for r in lost.reason.tolist()],
        "product": [sku(n) for n in lost.product.tolist()],
        "web_visits": _count(story.visits.person, who),
        "calls": _count(story.calls.person, who),
        "notes": _count(story.calls.person[story.calls.noted], who),
        "posts": _count(story.posts.person, who),
    }  # fmt: skip


def _count(persons: Ints, who: Ints) -> Ints:
    room = int(max(persons.max(initial=0), who.max(initial=0))) + 1
    return np.bincount(persons, minlength=room)[who]


def _calls(story: Story, person: Texts) -> Columns:
    c = story.calls
    bits = mix(np.arange(len(c.at)), 0x70E).tolist()
    outcomes = [outcome(m, b) for m, b in zip(c.mood.tolist(), bits, strict=True)]
    return {
        "uniqueid": c.unique_id(slice(0, len(c.at))), "person_id": person[c.person],
        "direction": np.where(c.way == OUT, "out", "in"), "started_at": times(c.at),
        "number": [number_text(n) for n in c.number.tolist()],
        "agent": [f"a{n + 1}" for n in c.agent.tolist()], "wait_seconds": c.wait,
        "talk_seconds": c.talk, "disposition": [DISPOSITIONS[d] for d in c.disposition],
        "noted": c.noted, "transcript": c.transcribed, "named": c.noted & c.named,
        "mood": [MOODS[m] for m in c.mood.tolist()],
        "outcome": np.where(c.noted, texts(outcomes), NOBODY),
        "language": [LANGUAGES[n] for n in c.language.tolist()],
    }  # fmt: skip


def _posts(story: Story, person: Texts) -> Columns:
    posts = story.posts
    ids = np.array([*post_ids(posts), None], dtype=object)
    words = {PLAIN: "post", REPLY: "reply", REPOST: "repost"}
    return {
        "post_id": ids[:-1], "author_id": story.ids.texts_of("x_user", posts.person),
        "person_id": person[posts.person], "at": times(posts.at),
        "kind": [words.get(k, "quote") for k in posts.kind.tolist()],
        "to_post": ids[posts.to], "to_shop": (posts.shop == 1) & (posts.kind == PLAIN),
        "mood": [MOODS[m] for m in posts.mood.tolist()],
        "language": [LANGUAGES[n] for n in posts.language.tolist()],
    }  # fmt: skip


def telegram_table(story: Story, person: Texts) -> Columns:
    """What is in the export of Telegram; without one, no rows."""
    if (chats := story.chats) is None:
        return {}
    rows = told(chats)
    ids = {chats.key(n): person[one] for n, one in enumerate(chats.person.tolist())}
    at = times(np.array(rows["at"], np.int64))
    return {**rows, "at": at, "person_id": [ids[str(key)] for key in rows["chat"]]}


def _feeds(story: Story, _person: Texts) -> Columns:
    names, web = list(story.lines), story.web
    again = {
        "web_events.jsonl": web.duplicates,
        "web_batches.jsonl": web.body_duplicates,
    }
    robots = int((story.hits.person < 0).sum())
    return {
        "feed": names, "lines": [story.lines[n] for n in names],
        "robots": [robots if n == "site_access.log" else 0 for n in names],
        "duplicates": [again.get(n, 0) for n in names],
        "late": [web.late if n == "web_events.jsonl" else 0 for n in names],
    }  # fmt: skip


EVENT_TABLES: dict[str, Callable[[Story, Texts], Columns]] = {
    "web_visits": _web_visits,
    "access_visits": _access_visits,
    "store_visits": _store_visits,
    "purchases": _purchases,
    "cascades": _cascades,
    "reasons": _reasons,
    "calls": _calls,
    "posts": _posts,
    "consents": consents_table,
    "stated_ties": stated_table,
    "feeds": _feeds,
}
