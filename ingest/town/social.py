"""`x_posts.jsonl` and `x_follows.jsonl`: objects of the X API v2.

Posts as the filtered stream delivers them, with their authors and whom they mention
among the includes; one line an asked user for GET /2/users/:id/following, the asked
user's id beside the body.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.town.draw import Ints, chance, mix, stream
from ingest.town.identities import Identities
from ingest.town.noise import Noise
from ingest.town.people import DAYS, START_DAY
from ingest.town.places import home_city
from ingest.town.render import Entries, write_down
from ingest.town.shopping import GOODS_PER_CATEGORY
from ingest.town.talk import GOOD, LANGUAGES, NEUTRAL, Phrases, languages
from ingest.town.visits import DAY
from ingest.town.world import Life, World
from ingest.town.write import Lines, chunks, js, utc

SHOP = ("2244994945", "zatyshok_shop", "Затишок")
SHOP_USER = js({
    "id": SHOP[0], "username": SHOP[1], "name": SHOP[2], "location": "Київ",
    "created_at": "2013-12-14T04:35:55.000Z", "description": "Все для дому",
    "verified_type": "business",
})  # fmt: skip
PLAIN, REPLY, REPOST, QUOTE = range(4)
_POSTS_EACH, _TO_SHOP, _FOLLOWS_TIE, _STRANGERS = 10.0, 0.3, 0.55, 3.0
_KIND_SHARES = (0.5, 0.82, 0.92)  # running shares of plain, reply, repost


@dataclass(frozen=True)
class Posts:
    """One row a post, in order of time."""

    person: Ints
    at: Ints
    kind: Ints
    to: Ints  # row of the post replied to, reposted or quoted, -1
    shop: Ints  # 1: speaks to the shop
    mood: Ints
    product: Ints
    language: Ints


@dataclass(frozen=True)
class Follows:
    """Who follows whom, ordered by the follower."""

    one: Ints
    other: Ints


def post(world: World, life: Life, seed: int) -> Posts:
    """Draw a year of posts; replies go along ties."""
    rng = stream(seed, "social")
    often = _POSTS_EACH * life.network.activity * life.members.x
    usual = np.repeat(np.arange(len(world)), rng.poisson(often))
    lost = life.unwon
    rows = np.flatnonzero(
        life.members.x[lost.person] & chance(rng, 0.8, len(lost.person))
    )
    person = np.concatenate([usual, lost.person[rows]])
    count = len(person)
    mood = np.where(chance(rng, 0.4, count), GOOD, NEUTRAL)
    odd = chance(rng, 0.15, count)
    mood[odd] = rng.integers(0, GOOD, int(odd.sum()))
    wish = life.network.taste[person] * GOODS_PER_CATEGORY
    product = wish + rng.integers(0, GOODS_PER_CATEGORY, count)
    day = rng.integers(0, DAYS, count)
    mine = np.arange(count) >= len(usual)
    mood[mine], product[mine] = lost.reason[rows], lost.product[rows]
    day[mine] = np.minimum(lost.day[rows] + 2, DAYS - 1)
    at = (day + START_DAY) * DAY + rng.integers(4 * 3600, 21 * 3600, count) * 1000
    shop = (chance(rng, _TO_SHOP, count) | mine).astype(np.int64)
    order = np.argsort(at, kind="stable")
    kind, to = _targets(life, person[order], shop[order], rng)
    return Posts(
        person[order], at[order], kind, to, shop[order], mood[order], product[order],
        languages(world, person[order], rng),
    )  # fmt: skip


def _targets(
    life: Life, person: Ints, shop: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Answer the latest post of somebody one knows, where there is one."""
    count = len(person)
    kind = np.searchsorted(_KIND_SHARES, rng.random(count), side="right")
    start, other = adjacency(life, len(life.members.x))
    degree = start[person + 1] - start[person]
    pick = start[person] + (rng.random(count) * degree).astype(np.int64)
    friend = np.where(degree > 0, other[np.minimum(pick, len(other) - 1)], -1)
    order = np.lexsort((np.arange(count), person))
    key = person[order] * count + order
    at = np.searchsorted(key, friend * count + np.arange(count)) - 1
    latest = order[np.maximum(at, 0)]
    fits = (friend >= 0) & (at >= 0) & (person[latest] == friend) & (shop == 0)
    kind = np.where(fits, kind, PLAIN)
    return kind, np.where(kind == PLAIN, -1, latest)


def adjacency(life: Life, count: int) -> tuple[Ints, Ints]:
    """Ties in both directions as CSR."""
    network = life.network
    source = np.concatenate([network.one, network.other])
    target = np.concatenate([network.other, network.one])
    order = np.lexsort((target, source))
    return np.searchsorted(source[order], np.arange(count + 1)), target[order]


def follow(world: World, life: Life, seed: int) -> Follows:
    """Follows along ties, either way, and of strangers whom many follow."""
    rng = stream(seed, "follows")
    network, has = life.network, life.members.x
    both = has[network.one] & has[network.other]
    one, other = network.one[both], network.other[both]
    there, back = (chance(rng, _FOLLOWS_TIE, len(one)) for _ in range(2))
    users = np.flatnonzero(has)
    noise = np.repeat(users, rng.poisson(_STRANGERS, len(users)))
    rank = (len(users) * rng.random(len(noise)) ** 3).astype(np.int64)
    famous = rng.permutation(users)[rank]
    source = np.concatenate([one[there], other[back], noise])
    target = np.concatenate([other[there], one[back], famous])
    pairs = np.unique((source * len(world) + target)[source != target])
    return Follows(pairs // len(world), pairs % len(world))


def post_ids(posts: Posts) -> list[str]:
    """Ids in the manner of X: time since November 2010, then a running number."""
    stamps = (posts.at - 1_288_834_974_657 << 22) + np.arange(len(posts.at)) % 4096
    return [str(n) for n in stamps.tolist()]


class Users:
    """User objects, each made once."""

    def __init__(self, world: World, life: Life, ids: Identities, noise: Noise) -> None:
        self.ids = ids
        who = np.flatnonzero(life.members.x)
        self.place = np.full(len(world), -1)
        self.place[who] = np.arange(len(who))
        self.entries: Entries = write_down(
            world, who, np.full(len(who), START_DAY), noise
        )
        self.city = home_city(world, who)
        self.born = utc(
            (START_DAY - 30 - mix(who, 0x0DA7E).astype(np.int64) % 3000) * DAY
        )
        self.made: dict[int, str] = {}

    def of(self, person: int) -> str:
        """The user object as JSON."""
        if person not in self.made:
            row = int(self.place[person])
            name = f"{self.entries.given[row]} {self.entries.family[row]}"
            self.made[person] = js({
                "id": self.ids.x_user(person), "username": self.ids.handle(person),
                "name": name if row % 4 else str(self.entries.given[row]),
                "location": self.city[row] if row % 3 else "",
                "created_at": self.born[row],
                "description": "", "verified_type": "none",
            })  # fmt: skip
        return self.made[person]

    def short(self, person: int) -> dict[str, str]:
        """The fields of a user that come unasked."""
        return {
            "id": self.ids.x_user(person), "username": self.ids.handle(person),
            "name": str(self.entries.given[int(self.place[person])]),
        }  # fmt: skip


def write_posts(
    phrases: Phrases, users: Users, posts: Posts, out: Path,
    progress: Callable[[int, int], None],
) -> int:  # fmt: skip
    """Write all posts in order of time; the number of lines."""
    ids = post_ids(posts)
    bits = mix(np.arange(len(ids)), 0x905).tolist()
    with Lines(out / "x_posts.jsonl") as file:
        for part in chunks(len(ids)):
            at = utc(posts.at[part])
            rows = range(part.start, part.stop)
            file.write([
                _post_line(phrases, users, posts, (row, bits[row], stamp), ids)
                for row, stamp in zip(rows, at, strict=True)
            ])  # fmt: skip
            progress(part.stop, len(ids))
        return file.count


def _post_line(
    phrases: Phrases,
    users: Users,
    posts: Posts,
    row: tuple[int, int, str],
    ids: list[str],
) -> str:
    at, bits, stamp = row
    person, kind, to = int(posts.person[at]), int(posts.kind[at]), int(posts.to[at])
    language = int(posts.language[at])
    text = phrases.say(language, int(posts.mood[at]), int(posts.product[at]), bits)
    mentions: list[dict[str, str]] = []
    included = [users.of(person)]
    data: dict[str, object] = {
        "id": ids[at], "text": text, "author_id": users.ids.x_user(person),
        "created_at": stamp, "conversation_id": ids[to] if kind == REPLY else ids[at],
    }  # fmt: skip
    if kind != PLAIN:
        other = int(posts.person[to])
        mentions.append(
            {"username": users.ids.handle(other), "id": users.ids.x_user(other)}
        )
        included += [users.of(other)] if kind != QUOTE else []
        word = ("", "replied_to", "retweeted", "quoted")[kind]
        data["referenced_tweets"] = [{"type": word, "id": ids[to]}]
        data["text"] = (
            text,
            f"@{mentions[0]['username']} {text}",
            f"RT @{mentions[0]['username']}: {text}",
            text,
        )[kind]
        if kind == REPLY:
            data["in_reply_to_user_id"] = users.ids.x_user(other)
    elif posts.shop[at]:
        mentions.append({"username": SHOP[1], "id": SHOP[0]})
        included.append(SHOP_USER)
        data["text"] = f"@{SHOP[1]} {text}"
    if mentions and kind != QUOTE:
        data["entities"] = {"mentions": mentions}
    data["lang"] = LANGUAGES[language]
    data["public_metrics"] = {
        "retweet_count": bits % 3, "reply_count": bits % 5, "like_count": bits % 17,
        "quote_count": 0,
    }  # fmt: skip
    return f'{{"data":{js(data)},"includes":{{"users":[{",".join(included)}]}}}}'


def write_follows(users: Users, follows: Follows, out: Path) -> int:
    """Write one line a user who was asked; the number of lines."""
    asked, start = np.unique(follows.one, return_index=True)
    ends = np.append(start[1:], len(follows.one))
    with Lines(out / "x_follows.jsonl") as file:
        for person, begin, end in zip(
            asked.tolist(), start.tolist(), ends.tolist(), strict=True
        ):
            others: list[int] = follows.other[begin:end].tolist()
            file.write([js({
                "user_id": users.ids.x_user(person),
                "data": [users.short(o) for o in others],
                "meta": {"result_count": len(others)},
            })])  # fmt: skip
        return file.count
