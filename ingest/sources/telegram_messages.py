"""Messages, calls, contacts and chats of Telegram as facts; see ``telegram``."""

from datetime import tzinfo
from typing import Any, Literal, cast

import msgspec

from graph.model import Interaction, Texts
from graph.schema import EdgeKind
from ingest.facts.facts import Facts
from ingest.facts.times import SECOND, Moment, moment
from ingest.rejects import BadLineError

NAME = "telegram"
_PERSONAL = frozenset({"personal_chat", "bot_chat", "saved_messages", "replies"})
_JOINS = frozenset({
    "create_group", "join_group_by_link", "join_group_by_request", "invite_members",
})  # fmt: skip
_OUTCOMES = {
    "missed": "no_answer",
    "busy": "busy",
    "disconnect": "failed",
}
_QUARTER, _DAY_MINUTES = 15, 14 * 60
_LATEST = 253_402_300_799
"""Seconds since 1970 of the last that a calendar has."""
_Kind = Literal["message", "repost", "reply"]


class Chat(msgspec.Struct, gc=False):
    """What is told of a chat before its messages."""

    id: int
    type: str
    name: str | None = None

    @property
    def personal(self) -> bool:
        """Whether it is a talk of two."""
        return self.type in _PERSONAL

    @property
    def peer(self) -> str:
        """The key of the record that the chat is with, or of the group."""
        if self.personal:
            return f"user{self.id}"
        return f"{'channel' if 'channel' in self.type else 'group'}{self.id}"

    def write(self, facts: Facts) -> None:
        """The other one of a talk of two, with the name that the account sees."""
        if self.personal:
            _record(facts, self.peer, self.name)


class Person(msgspec.Struct, gc=False):
    """The account itself, a contact of it, or one that was shared."""

    user_id: int | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone_number: str | None = None
    username: str | None = None
    date: str | None = None
    date_unixtime: str | None = None

    def key(self) -> str | None:
        """Of its record; one that is no user goes by its number."""
        if self.user_id:
            return f"user{self.user_id}"
        digits = "".join(filter(str.isdigit, self.phone_number or ""))
        return f"contact{digits}" if digits else None

    def says(self) -> Texts:
        """What is told of it."""
        return {
            "name.given": [self.first_name or ""],
            "name.family": [self.last_name or ""],
            "phone": [self.phone_number or ""],
            "handle": [(self.username or "").removeprefix("@")],
        }


class Message(msgspec.Struct, gc=False):
    """A message or a notice."""

    id: int
    type: Literal["message", "service", "unsupported"]
    date: str
    date_unixtime: str | None = None
    edited: str | None = None
    edited_unixtime: str | None = None
    from_id: str | None = None
    actor: str | None = None
    actor_id: str | None = None
    action: str | None = None
    author: str | None = msgspec.field(name="from", default=None)
    text: str | list[Any] = ""
    text_entities: list[Any] = []
    reply_to_message_id: int | None = None
    reply_to_peer_id: str | None = None
    forwarded_from: str | None = None
    media_type: str | None = None
    discard_reason: str | None = None
    duration_seconds: int | None = None
    contact_information: Person | None = None

    def words(self) -> str:
        """The text without its marks."""
        if isinstance(self.text, str):
            return self.text
        return "".join(map(_part, self.text))

    def named(self) -> list[int]:
        """Ids of users whom the text names; of a plain @name there is none."""
        parts = self.text if isinstance(self.text, list) else self.text_entities
        return [
            user
            for part in parts
            if isinstance(part, dict)
            and isinstance(user := cast("dict[str, object]", part).get("user_id"), int)
        ]


def write_message(
    facts: Facts, chat: Chat, message: Message, me: str | None, local: tzinfo
) -> bool:
    """A message, a call or a joining; False for another notice."""
    when = _when(message.date, message.date_unixtime, local)
    if message.type == "message":
        key = message.from_id
        if key is None:
            raise BadLineError("missing", "a message without from_id")
        by = _record(facts, key, message.author)
        _write_words(facts, chat, message, (by, key, when), me)
        return True
    key = message.actor_id
    if message.type == "unsupported" or key is None:
        return False
    if message.action == "phone_call":
        by = _record(facts, key, message.actor)
        _write_call(facts, chat, message, (by, key, when), me)
    elif message.action in _JOINS and not chat.personal:
        by = _record(facts, key, message.actor)
        group = facts.record(NAME, chat.peer, organization=True)
        facts.says(group, NAME, {"organization.name": [chat.name or ""]})
        facts.states(by, "member_of", group, when)
    else:
        return False
    return True


def write_person(facts: Facts, person: Person, when: Moment | None) -> str:
    """A person whom the account tells of."""
    if (key := person.key()) is None:
        raise BadLineError("missing", "neither user_id nor phone_number")
    record = _record(facts, key, None)
    facts.says(record, NAME, person.says(), when)
    return record


def write_contact(facts: Facts, person: Person, me: str | None, local: tzinfo) -> None:
    """A contact of the account, and the tie where it is known whose account it is."""
    when = _when(person.date, person.date_unixtime, local) if person.date else None
    other = write_person(facts, person, when)
    if me is not None:
        facts.states(facts.record(NAME, me), "contact", other, when)


def _write_words(
    facts: Facts,
    chat: Chat,
    message: Message,
    said: tuple[str, str, Moment],
    me: str | None,
) -> None:
    by, key, when = said
    first = _message_id(facts, chat.peer, message.id)
    edited = message.edited_unixtime or message.edited
    node = first
    if edited is not None:
        node = facts.ids.of("Interaction", first, "edited", edited)
    media = {"media": message.media_type} if message.media_type else {}
    talk = Interaction(
        id=node,
        observed_at=when.at,
        offset_minutes=when.offset,
        flags=[*when.flags, *(["edited"] if edited is not None else [])],
        kind=_kind(message),
        channel=NAME,
        direction=_direction(chat, key),
        text=message.words() or None,
        more=dict(media),
    )
    facts.event(talk, by)
    if edited is not None:
        facts.edge(EdgeKind.REPLY_TO, node, first, attributes={"kind": "edit_of"})
    if message.reply_to_message_id is not None:
        where = message.reply_to_peer_id or chat.peer
        answered = _message_id(facts, where, message.reply_to_message_id)
        facts.edge(EdgeKind.REPLY_TO, node, answered, attributes={"kind": "replied_to"})
    _with(facts, chat, node, key, me)
    for user in message.named():
        other = _record(facts, f"user{user}", None)
        facts.edge(EdgeKind.WITH, node, other)
        facts.states(by, "mentions", other, when)
    if message.contact_information is not None:
        other = write_person(facts, message.contact_information, when)
        facts.states(by, "contact", other, when)


def _write_call(
    facts: Facts,
    chat: Chat,
    message: Message,
    said: tuple[str, str, Moment],
    me: str | None,
) -> None:
    by, key, when = said
    talked, reason = message.duration_seconds, message.discard_reason or ""
    call = Interaction(
        id=_message_id(facts, chat.peer, message.id),
        observed_at=when.at,
        offset_minutes=when.offset,
        flags=list(when.flags),
        kind="call",
        channel=NAME,
        direction=_direction(chat, key),
        outcome="answered" if talked else _OUTCOMES.get(reason, "no_answer"),
        talk_seconds=float(talked or 0),
    )
    facts.event(call, by)
    _with(facts, chat, call.id, key, me)


def _with(facts: Facts, chat: Chat, node: str, key: str, me: str | None) -> None:
    """The other one of a talk of two."""
    if not chat.personal:
        return
    other = me if key == chat.peer else chat.peer
    if other is not None and other != key:
        facts.edge(EdgeKind.WITH, node, facts.record(NAME, other))


def _record(facts: Facts, key: str, name: str | None) -> str:
    record = facts.record(NAME, key)
    if key.startswith("user"):
        facts.has(record, f"{NAME}:id", key.removeprefix("user"), None)
    if name:
        facts.says(record, NAME, {"name.full": [name]})
    return record


def _message_id(facts: Facts, chat: str, number: int) -> str:
    return facts.ids.of("Interaction", facts.settings.owner, NAME, chat, number)


def _kind(message: Message) -> _Kind:
    if message.forwarded_from is not None:
        return "repost"
    return "message" if message.reply_to_message_id is None else "reply"


def _direction(chat: Chat, key: str) -> Literal["in", "out", "public"]:
    """Seen from the account whose export it is."""
    if not chat.personal:
        return "public"
    return "in" if key == chat.peer else "out"


def _when(date: str, unix: str | None, local: tzinfo) -> Moment:
    """The exact second where there is one; ``date`` is of the exporter's own zone."""
    if unix is None:
        return moment(date, local, declared=False)
    if not unix.isdecimal() or int(unix) > _LATEST:
        raise BadLineError("time", "a date_unixtime that is no number of seconds")
    at = int(unix) * SECOND
    try:
        ahead = (moment(f"{date}+00:00", local).at - at) // (60 * SECOND)
    except BadLineError:
        return Moment(at, None)
    whole = ahead % _QUARTER == 0 and abs(ahead) <= _DAY_MINUTES
    return Moment(at, ahead if whole else None)


def _part(part: object) -> str:
    if isinstance(part, dict):
        text = cast("dict[str, object]", part).get("text")
        return text if isinstance(text, str) else ""
    return part if isinstance(part, str) else ""
