"""Accounts of X by its API v2, one response a line.

https://docs.x.com/x-api/users/lookup/introduction: ``{"data": {user} | [users]}``. What
a profile says has no time of its own. Accounts that X verified as those of a business
or a government have the name of an organization.
"""

from collections.abc import Sequence

import msgspec

from ingest.facts.facts import Facts
from ingest.reading.lines import Line
from ingest.sources.json_lines import as_object, decoded, keys_of
from ingest.sources.source import Head, Parser, Shape, Source

NAME = "x"
_ORGANIZATIONS = frozenset({"business", "government"})


class User(msgspec.Struct, gc=False):
    """A user; the same object in posts and in lists of follows."""

    id: str
    username: str | None = None
    name: str | None = None
    location: str | None = None
    description: str | None = None
    verified_type: str | None = None

    @property
    def organization(self) -> bool:
        """Whether X says that it is no person."""
        return self.verified_type in _ORGANIZATIONS


class Users(msgspec.Struct, gc=False):
    """One line."""

    data: User | list[User] = []


class _Named(msgspec.Struct, gc=False):
    id: str
    username: str


class _Telling(msgspec.Struct, gc=False):
    data: _Named | list[_Named]


def write_user(facts: Facts, user: User) -> str:
    """A user as a record; what the profile says has no time of its own."""
    # Its kind is the same in every line: a mention does not say whose account it is.
    # The name tells: identity takes who has but an organization's name for one.
    record = facts.record(NAME, user.id)
    facts.has(record, f"{NAME}:id", user.id, None)
    named = "organization.name" if user.organization else "name.full"
    raw = {
        "handle": [user.username or ""],
        named: [user.name or ""],
        "address.city": [user.location or ""],
        "x.description": [user.description or ""],
    }
    facts.says(record, NAME, raw)
    return record


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
    return any(
        (found := as_object(line, _Telling)) and found.data
        for line in head.lines
        if "data" in (keys := keys_of(line)) and "user_id" not in keys
    )


SOURCE = Source(
    name="x_users",
    format="X API v2 users, JSON lines",
    documentation="https://docs.x.com/x-api/users/lookup/introduction",
    shape=Shape.LINES,
    recognise=_recognise,
    parser=UserParser,
)
