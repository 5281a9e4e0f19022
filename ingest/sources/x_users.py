"""Accounts of X by its API v2, one response a line.

https://docs.x.com/x-api/users/lookup/introduction: ``{"data": {user} | [users]}``. What
a profile says has no time of its own.
"""

from collections.abc import Sequence

import msgspec

from ingest.facts.facts import Facts
from ingest.reading.lines import Line
from ingest.sources.json_lines import decoded, keys_of
from ingest.sources.source import Head, Parser, Shape, Source
from ingest.sources.x_posts import User, write_user


class Users(msgspec.Struct, gc=False):
    """One line."""

    data: User | list[User] = []


class _Named(msgspec.Struct, gc=False):
    id: str
    username: str


class _Telling(msgspec.Struct, gc=False):
    data: _Named | list[_Named]


class UserParser(Parser):
    """Parses one file of accounts."""

    def __init__(self, facts: Facts, _header: Sequence[str]) -> None:
        super().__init__(facts)
        self._decode = msgspec.json.Decoder(Users).decode

    def take(self, line: Line) -> bool:
        """Take one response."""
        users = decoded(self._decode, line.data)
        for user in users.data if isinstance(users.data, list) else [users.data]:
            write_user(self.facts, user)
        return True


def _recognise(head: Head) -> bool:
    for line in head.lines:
        keys = keys_of(line)
        if "data" in keys and "user_id" not in keys:
            try:
                found = msgspec.json.decode(line, type=_Telling)
            except msgspec.DecodeError:
                continue
            if found.data:
                return True
    return False


SOURCE = Source(
    name="x_users",
    format="X API v2 users, JSON lines",
    documentation="https://docs.x.com/x-api/users/lookup/introduction",
    shape=Shape.LINES,
    recognise=_recognise,
    parser=UserParser,
)
