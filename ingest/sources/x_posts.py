"""Posts, replies and reposts of X by its API v2, one response or post a line.

https://docs.x.com/x-api/posts/data-dictionary: ``{"data": {post} | [posts],
"includes": {"users": [users], "tweets": [posts]}}``; the posts that others refer to are
taken too, where the response has their author and time. A quote is a post that refers
to another. A post's node is named by its number alone, so a reply finds what it answers
without knowing who wrote that. Users are those of ``x_users``.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from graph.model import Interaction
from graph.schema import EdgeKind
from ingest.facts.facts import Facts
from ingest.facts.times import Moment, moment, zone
from ingest.reading.lines import Line
from ingest.sources.json_lines import as_object, decoded, keys_of
from ingest.sources.source import Head, Parser, Shape, Source
from ingest.sources.x_users import NAME, User, write_user

_Kind = Literal["reply", "repost", "post"]
_KINDS: dict[str, _Kind] = {
    "replied_to": "reply",
    "retweeted": "repost",
    "quoted": "post",
}


class Mention(msgspec.Struct, gc=False):
    """A user who is named in a text."""

    username: str
    id: str | None = None


class Entities(msgspec.Struct, gc=False):
    """What was found in a text."""

    mentions: list[Mention] = []


class Reference(msgspec.Struct, gc=False):
    """Another post that this one is about."""

    type: str
    id: str


class Post(msgspec.Struct, gc=False):
    """A post."""

    id: str
    text: str
    author_id: str
    created_at: str
    in_reply_to_user_id: str | None = None
    referenced_tweets: list[Reference] = []
    entities: Entities | None = None
    lang: str | None = None


class Referred(msgspec.Struct, gc=False):
    """A post that others refer to; of a protected account, little is there."""

    id: str
    text: str | None = None
    author_id: str | None = None
    created_at: str | None = None
    in_reply_to_user_id: str | None = None
    referenced_tweets: list[Reference] = []
    entities: Entities | None = None
    lang: str | None = None

    def post(self) -> Post | None:
        """The post, where enough of it is known."""
        if self.text is None or self.author_id is None or self.created_at is None:
            return None
        return Post(
            id=self.id,
            text=self.text,
            author_id=self.author_id,
            created_at=self.created_at,
            in_reply_to_user_id=self.in_reply_to_user_id,
            referenced_tweets=self.referenced_tweets,
            entities=self.entities,
            lang=self.lang,
        )


class Includes(msgspec.Struct, gc=False):
    """Objects that posts refer to."""

    users: list[User] = []
    tweets: list[Referred] = []


class Response(msgspec.Struct, gc=False):
    """One line."""

    data: Post | list[Post] = []
    includes: Includes = msgspec.field(default_factory=Includes)


class PostParser(Parser):
    """Parses one file of posts."""

    def __init__(self, facts: Facts, _header: Sequence[str]) -> None:
        super().__init__(facts)
        self._decode = msgspec.json.Decoder(Response).decode
        self._zone = zone(facts.settings.zone)

    def take(self, line: Line) -> bool:
        """Take one response."""
        response = decoded(self._decode, line.data)
        posts = response.data if isinstance(response.data, list) else [response.data]
        others = [post for one in response.includes.tweets if (post := one.post())]
        dated = [(one, moment(one.created_at, self._zone)) for one in [*posts, *others]]
        for user in response.includes.users:
            write_user(self.facts, user)
        for post, when in dated:
            self._write(post, when)
        return True

    def _write(self, post: Post, when: Moment) -> None:
        facts = self.facts
        author = facts.record(NAME, post.author_id)
        facts.has(author, f"{NAME}:id", post.author_id, when.at)
        interaction = Interaction(
            id=_post_id(facts, post.id),
            observed_at=when.at,
            offset_minutes=when.offset,
            flags=list(when.flags),
            kind=_kind(post),
            channel=NAME,
            direction="public",
            text=post.text,
            language=post.lang,
        )
        facts.event(interaction, author)
        for reference in post.referenced_tweets:
            facts.edge(
                EdgeKind.REPLY_TO,
                interaction.id,
                _post_id(facts, reference.id),
                attributes={"kind": reference.type},
            )
        self._mentions(post, interaction.id, author, when)

    def _mentions(self, post: Post, node: str, author: str, when: Moment) -> None:
        facts = self.facts
        for mention in post.entities.mentions if post.entities else ():
            if mention.id and mention.id != post.author_id:
                other = facts.record(NAME, mention.id)
                facts.bears(other, NAME, {"handle": [mention.username]}, when.at)
                facts.edge(EdgeKind.WITH, node, other)
                facts.states(author, "mentions", other, when)
        replied = post.in_reply_to_user_id
        if replied and replied != post.author_id:
            other = facts.record(NAME, replied)
            facts.edge(EdgeKind.WITH, node, other)
            facts.states(author, "replies_to", other, when)


def _kind(post: Post) -> _Kind:
    for one in post.referenced_tweets:
        if one.type in _KINDS:
            return _KINDS[one.type]
    return "post"


def _post_id(facts: Facts, number: str) -> str:
    return facts.ids.of("Interaction", facts.settings.owner, NAME, number)


def _recognise(head: Head) -> bool:
    return any(
        (found := as_object(line, Response)) and found.data
        for line in head.lines
        if "data" in keys_of(line)
    )


SOURCE = Source(
    name="x_posts",
    format="X API v2 posts, JSON lines",
    documentation="https://docs.x.com/x-api/posts/data-dictionary",
    shape=Shape.LINES,
    recognise=_recognise,
    parser=PostParser,
)
