"""`result.json`: the chats of the shop's account, as Telegram Desktop exports them.

An account's "Machine-readable JSON": who it is, its contacts, and a talk of two with
each customer who wrote: turns of customer and shop, answers to messages, calls.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.town.draw import Ints, chance, mix, stream
from ingest.town.noise import Noise
from ingest.town.people import DAYS, START_DAY
from ingest.town.render import Entries, write_down
from ingest.town.talk import GOOD, LANGUAGES, NEUTRAL, Phrases, languages
from ingest.town.visits import DAY
from ingest.town.world import Life, World
from ingest.town.write import Lines, js, local

SHOP = 700_000_001
SHOP_KEY = f"user{SHOP}"
CALL, MESSAGE, REPLY = "call", "message", "reply"
_WRITES, _CALLS, _SAVED = 0.35, 0.2, 0.6
_FEWEST, _MOST = 2, 6
_LONGEST_CALL = 600


@dataclass(frozen=True)
class Chats:
    """Talks of two with the shop; messages stand by chat, in order of time.

    Attributes:
        person: of each chat.
        saved: 1 where the shop has the person among its contacts.
        start: where each chat's messages begin; one more at the end.
        at: of each message, milliseconds, whole seconds.
        called: seconds of a call at a chat's end; 0 where there is none.
        language: of each chat.
    """

    person: Ints
    saved: Ints
    start: Ints
    at: Ints
    called: Ints
    language: Ints

    def key(self, chat: int) -> str:
        """The customer's key in Telegram."""
        return f"user{self.user(chat)}"

    def user(self, chat: int) -> int:
        """The customer's number in Telegram."""
        return 100_000_000 + int(self.person[chat]) * 17


@dataclass(frozen=True)
class Said:
    """One message of the export, and what it is."""

    chat: int
    number: int
    at: int
    kind: str
    by_shop: bool
    to: int | None = None

    @property
    def seconds(self) -> int:
        """Since 1970."""
        return self.at // 1000


def talk(world: World, life: Life, seed: int) -> Chats:
    """Draw who wrote to the shop, and when."""
    rng = stream(seed, "telegram")
    person = np.flatnonzero(life.members.x & chance(rng, _WRITES, len(world)))
    count = len(person)
    size = rng.integers(_FEWEST, _MOST + 1, count)
    start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    begin = (rng.integers(0, DAYS, count) + START_DAY) * DAY
    begin += rng.integers(8 * 3600, 20 * 3600, count) * 1000
    pause = rng.integers(20, 900, int(start[-1])) * 1000
    passed = np.cumsum(pause)
    before = np.concatenate([[0], passed])[start[:-1]]
    at = np.repeat(begin - before, size) + passed
    called = np.where(
        chance(rng, _CALLS, count), rng.integers(5, _LONGEST_CALL, count), 0
    )
    saved = chance(rng, _SAVED, count).astype(np.int64)
    return Chats(person, saved, start, at, called, languages(world, person, rng))


def said(chats: Chats, chat: int) -> Iterator[Said]:
    """The messages of a chat: in turns, the shop answers the one before."""
    begin, end = int(chats.start[chat]), int(chats.start[chat + 1])
    for number in range(1, end - begin + 1):
        at = int(chats.at[begin + number - 1])
        last = number == end - begin
        if last and chats.called[chat]:
            yield Said(chat, number, at, CALL, by_shop=False)
        elif number % 2:
            yield Said(chat, number, at, MESSAGE, by_shop=False)
        else:
            yield Said(chat, number, at, REPLY, by_shop=True, to=number - 1)


class Export:
    """Writes the export.

    Args:
        world: the town.
        chats: what was said.
        phrases: to say it in.
        products: of each person's taste.
        noise: of contacts' names and phones.
    """

    def __init__(
        self, world: World, chats: Chats, phrases: Phrases, products: Ints, noise: Noise
    ) -> None:
        self._world, self._chats, self._phrases = world, chats, phrases
        self._products = products
        when = np.full(len(chats.person), START_DAY)
        self._entries: Entries = write_down(world, chats.person, when, noise)

    def write(self, out: Path, progress: Callable[[int, int], None]) -> int:
        """Write all; the number of items that are in it."""
        chats, count = self._chats, len(self._chats.person)
        me = {"user_id": SHOP, "first_name": "Затишок", "username": "@zatyshok_shop"}
        contacts = [js(self._contact(n)) for n in np.flatnonzero(chats.saved).tolist()]
        items = 1 + len(contacts)
        with Lines(out / "result.json") as file:
            file.write(['{"about": "Telegram Desktop",'])
            file.write([f'"personal_information": {js(me)},', '"contacts": {"list": ['])
            file.write(_listed(contacts))
            file.write(["]},", '"chats": {"list": ['])
            for chat in range(count):
                lines = [js(self._message(one)) for one in said(chats, chat)]
                items += 1 + len(lines)
                name = self._phrases.spoken_name(
                    int(chats.person[chat]), int(chats.language[chat])
                )
                head = js({"name": name, "type": "personal_chat",
                           "id": chats.user(chat)})  # fmt: skip
                file.write([head[:-1] + ', "messages": [', *_listed(lines)])
                file.write(["]}" if chat == count - 1 else "]},"])
                progress(chat + 1, count)
            file.write(["]}}"])
        return items

    def _contact(self, chat: int) -> dict[str, object]:
        entries, person = self._entries, int(self._chats.person[chat])
        first = int(self._chats.at[self._chats.start[chat]])
        return {
            "user_id": self._chats.user(chat),
            "first_name": str(entries.given[chat]),
            "last_name": str(entries.family[chat]),
            "phone_number": f"+380{int(self._world.contacts.mobile[person, 0]):09d}",
            "date": local(np.array([first]))[0][:19],
            "date_unixtime": str(first // 1000),
        }

    def _message(self, one: Said) -> dict[str, object]:
        chats, phrases = self._chats, self._phrases
        person, language = int(chats.person[one.chat]), int(chats.language[one.chat])
        name = "Затишок" if one.by_shop else phrases.spoken_name(person, language)
        key = SHOP_KEY if one.by_shop else chats.key(one.chat)
        when = {"date": local(np.array([one.at]))[0][:19],
                "date_unixtime": str(one.seconds)}  # fmt: skip
        if one.kind == CALL:
            return {
                "id": one.number, "type": "service", **when, "actor": name,
                "actor_id": key, "action": "phone_call", "text": "",
                "duration_seconds": int(chats.called[one.chat]),
            }  # fmt: skip
        more = {} if one.to is None else {"reply_to_message_id": one.to}
        return {
            "id": one.number, "type": "message", **when, "from": name, "from_id": key,
            **more, "text": self.text(one),
        }  # fmt: skip

    def text(self, one: Said) -> str:
        """What a message says, a function of its place."""
        chats = self._chats
        person, language = int(chats.person[one.chat]), int(chats.language[one.chat])
        bits = int(mix(np.array([one.chat * 64 + one.number]), 0x7E1E)[0])
        mood = NEUTRAL if one.by_shop else (GOOD, NEUTRAL)[bits % 2]
        return self._phrases.say(language, mood, int(self._products[person]), bits)


def told(chats: Chats) -> dict[str, list[object]]:
    """The truth of the export: a row a message."""
    rows = [one for chat in range(len(chats.person)) for one in said(chats, chat)]
    return {
        "chat": [chats.key(one.chat) for one in rows],
        "message": [one.number for one in rows],
        "from_key": [SHOP_KEY if one.by_shop else chats.key(one.chat) for one in rows],
        "at": [one.at for one in rows],
        "kind": [one.kind for one in rows],
        "to_message": [one.to for one in rows],
        "talk_seconds": [
            float(chats.called[one.chat]) if one.kind == CALL else None for one in rows
        ],
        "language": [LANGUAGES[int(chats.language[one.chat])] for one in rows],
    }


def _listed(items: list[str]) -> list[str]:
    """Items of an array, a comma behind each but the last."""
    return [f"{item}," for item in items[:-1]] + items[-1:]
