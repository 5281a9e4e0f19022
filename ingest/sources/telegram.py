"""Chats of Telegram, as Telegram Desktop exports them: ``result.json``.

https://telegram.org/blog/export-and-more; "Machine-readable JSON" of one chat, or of an
account with its contacts and chats. The file is one document of any size, and its
messages are items (``ingest.reading.documents``); a chat's name, type and id are an
item too.

A message is known by its chat and number. Its author is the record of ``from_id``. What
was edited is a message of its own that points to the number's first form (``REPLY_TO``
of kind ``edit_of``), for a fact does not change; replies point to the first form as
well. Forwarded messages are reposts, phone calls are calls, contacts that the account
has or that somebody shares are ties of kind ``contact``, and who joins a group is a
member of it. Other notices (a pinned message, a new title) are skipped.
"""

import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from graph.model import Value
from ingest.facts.facts import Facts
from ingest.facts.times import zone
from ingest.reading import documents
from ingest.reading.documents import Outline
from ingest.reading.lines import Line
from ingest.rejects import BadLineError
from ingest.sources.json_lines import decoded
from ingest.sources.source import Head, Parser, Shape, Source
from ingest.sources.telegram_messages import (
    NAME,
    Chat,
    Message,
    Person,
    write_contact,
    write_message,
    write_person,
)

_CHATS, _LEFT = "chats.list.*.messages", "left_chats.list.*.messages"
_MESSAGES = frozenset({"messages", _CHATS, _LEFT})
_ME, _CONTACTS = "personal_information", "contacts.list"
_OUTLINE = Outline(
    arrays=frozenset(tuple(path.split(".")) for path in (*_MESSAGES, _CONTACTS)),
    objects=frozenset({(_ME,)}),
    told=frozenset(tuple(path.split(".")) for path in _MESSAGES),
)
_ONE_CHAT = re.compile(
    r'\s*\{.{0,4000}"type"\s*:\s*"(?:personal_chat|bot_chat|saved_messages|replies|'
    r"private_group|private_supergroup|public_supergroup|private_channel|"
    r'public_channel|verify_codes)".{0,1000}"messages"\s*:\s*\[',
    re.DOTALL,
)
_ALL = re.compile(
    r'\s*\{\s*("about"\s*:\s*"[^"]*Telegram|"personal_information"\s*:\s*\{)'
)


class TelegramParser(Parser):
    """Parses one export."""

    def __init__(self, facts: Facts, _header: Sequence[str]) -> None:
        super().__init__(facts)
        self._zone = zone(facts.settings.zone)
        self._message = msgspec.json.Decoder(Message, strict=False).decode
        self._chat_of = msgspec.json.Decoder(Chat).decode
        self._person = msgspec.json.Decoder(Person, strict=False).decode
        self._chat: Chat | None = None
        self._me: str | None = None

    def take(self, line: Line) -> bool:
        """Take one item; False for a notice that tells of nobody."""
        place = (line.fields or [""])[0]
        if place in _MESSAGES:
            return self._said(line)
        if place == _ME:
            person = self._owner(line)
            write_person(self.facts, person, None)
        elif place == _CONTACTS:
            person = decoded(self._person, line.data)
            write_contact(self.facts, person, self._me, self._zone)
        elif place.endswith(":"):
            self._begin(line).write(self.facts)
        else:
            raise BadLineError("syntax", "no item that an export of Telegram has")
        return True

    def passed(self, line: Line) -> None:
        """Whose account and which chat it was, when an earlier run took them."""
        place = (line.fields or [""])[0]
        learn: Callable[[Line], object] | None = None
        if place == _ME:
            learn = self._owner
        elif place.endswith(":"):
            learn = self._begin
        if learn is not None and line.length is None:
            try:
                learn(line)
            except BadLineError:
                return  # among the rejects since the first time

    def before(self) -> dict[str, Value]:
        """Whose account, and which chat it is in; a person's name is not wanted."""
        if (chat := self._chat) is None:
            return {"me": self._me}
        name = None if chat.personal else chat.name
        return {
            "me": self._me,
            "chat": {"id": chat.id, "type": chat.type, "name": name},
        }

    def recall(self, before: dict[str, Value]) -> None:
        """Stand in a chat again."""
        me, chat = before.get("me"), before.get("chat")
        self._me = me if isinstance(me, str) else None
        self._chat = None if chat is None else msgspec.convert(chat, Chat)

    def _owner(self, line: Line) -> Person:
        person = decoded(self._person, line.data)
        self._me = person.key()
        return person

    def _begin(self, line: Line) -> Chat:
        """A chat begins; messages after one without an id can't be told apart."""
        self._chat = None
        self._chat = decoded(self._chat_of, line.data)
        return self._chat

    def _said(self, line: Line) -> bool:
        message = decoded(self._message, line.data)
        if self._chat is None:
            raise BadLineError("missing", "the chat of this message has no id or type")
        return write_message(self.facts, self._chat, message, self._me, self._zone)


def _items(parts: Iterator[Line]) -> Iterator[Line]:
    return documents.items(_OUTLINE, parts)


def _recognise(head: Head) -> bool:
    begin = "\n".join(head.lines)
    return bool(_ONE_CHAT.match(begin) or _ALL.match(begin))


SOURCE = Source(
    name=NAME,
    format="Telegram Desktop export, result.json of a chat or an account",
    documentation="https://telegram.org/blog/export-and-more",
    shape=Shape.DOCUMENT,
    recognise=_recognise,
    parser=TelegramParser,
    items=_items,
)
