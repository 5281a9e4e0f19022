"""Whom users of X follow, by its API v2, one response a line.

https://docs.x.com/x-api/users/get-following: ``{"user_id", "data": [users], "meta"}``,
``user_id`` being the user who was asked for. X gives no time of a follow.
"""

from collections.abc import Sequence

import msgspec

from ingest.facts.facts import Facts
from ingest.reading.lines import Line
from ingest.sources.json_lines import decoded, keys_of
from ingest.sources.source import Head, Parser, Shape, Source
from ingest.sources.x_users import NAME, User, write_user


class Follows(msgspec.Struct, gc=False):
    """One line."""

    user_id: str
    data: list[User] = []


class FollowParser(Parser):
    """Parses one file of follows."""

    def __init__(self, facts: Facts, _header: Sequence[str]) -> None:
        super().__init__(facts)
        self._decode = msgspec.json.Decoder(Follows).decode

    def take(self, line: Line) -> bool:
        """Take one response."""
        follows = decoded(self._decode, line.data)
        record = self.facts.record(NAME, follows.user_id)
        self.facts.has(record, f"{NAME}:id", follows.user_id, None)
        for user in follows.data:
            self.facts.states(record, "follows", write_user(self.facts, user))
        return True


def _recognise(head: Head) -> bool:
    return any({"user_id", "data"} <= keys_of(line) for line in head.lines)


SOURCE = Source(
    name="x_follows",
    format="X API v2 follows, JSON lines",
    documentation="https://docs.x.com/x-api/users/get-following",
    shape=Shape.LINES,
    recognise=_recognise,
    parser=FollowParser,
)
