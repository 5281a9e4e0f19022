"""What Cypher of analysts may hold, seen before it is sent.

The transaction is a reading one, so the server refuses every write by itself. But a
reading transaction may still fetch a URL with ``LOAD CSV``, call procedures that reach
outside the graph, or ask for another database. So a query is taken apart into tokens
and refused unless it is one statement of reading clauses with known procedures and
functions. Strings, comments and quoted names are no clauses.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from graph.errors import BadQuery

PROCEDURES = frozenset(
    {
        "db.labels",
        "db.relationshipTypes",
        "db.propertyKeys",
        "db.schema.visualization",
        "db.schema.nodeTypeProperties",
        "db.schema.relTypeProperties",
        "db.index.fulltext.queryNodes",
        "db.index.fulltext.queryRelationships",
    }
)
"""What ``CALL`` may name."""

_FIRST = frozenset(
    {"MATCH", "OPTIONAL", "WITH", "UNWIND", "RETURN", "CALL", "EXPLAIN", "PROFILE"}
)
_REFUSED = frozenset(
    {"CREATE", "INSERT", "MERGE", "DELETE", "DETACH", "SET", "REMOVE", "FOREACH"}
    | {"DROP", "USE"}
)
# Namespaces of the server's own functions that only compute.
_FUNCTIONS = frozenset(
    {"date", "datetime", "localdatetime", "localtime", "time", "duration", "point"}
    | {"vector"}
)
_TOKEN = re.compile(
    r"""
      (?P<skip> \s+ | //[^\n\r]* | /\*.*?\*/ )
    | (?P<string> '(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" )
    | (?P<quoted> `(?:``|[^`])*` )
    | (?P<word> [^\W\d]\w* )
    | (?P<number> \d\w* )
    | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of a query.

    Attributes:
        kind: ``string``, ``quoted`` (a name between backticks), ``word``, ``number``
            or ``sign``.
        text: as it stands there; of a quoted name what is between the backticks.
    """

    kind: str
    text: str

    @property
    def name(self) -> bool:
        """Whether it may be part of a name."""
        return self.kind in {"word", "quoted"}


def check(text: str) -> str:
    """A query that may be sent, without the semicolon at its end.

    Raises:
        BadQuery: it may not; the message says why.
    """
    if re.search(r"\\[uU]", text):
        # The server decodes these before anything else, also outside of strings.
        message = "a query with \\u escapes is refused; write the characters themselves"
        raise BadQuery(message)
    text = text.strip().removesuffix(";")
    tokens = list(_tokens(text))
    first = tokens[0].text.upper() if tokens and tokens[0].kind == "word" else ""
    if first not in _FIRST:
        message = f"a query must begin with one of {', '.join(sorted(_FIRST))}"
        raise BadQuery(message)
    for place, token in enumerate(tokens):
        _check_sign(tokens, place)
        if token.kind == "word":
            _check_word(tokens, place)
        if token.name:
            _check_name(tokens, place)
    return text


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "sign"
        if kind == "quoted":
            yield Token(kind, match.group()[1:-1].replace("``", "`"))
        elif kind != "skip":
            yield Token(kind, match.group())


def _check_sign(tokens: Sequence[Token], place: int) -> None:
    token = tokens[place]
    if token == Token("sign", ";"):
        message = "one statement at a time; there is a semicolon in the middle"
        raise BadQuery(message)
    comment = token.text == "/" and _at(tokens, place + 1).text == "*"
    if token.kind == "sign" and (comment or token.text in "'\"`"):
        message = "a string, a quoted name or a comment does not end"
        raise BadQuery(message)


def _check_word(tokens: Sequence[Token], place: int) -> None:
    word = tokens[place].text.upper()
    before, after = _at(tokens, place - 1).text, _at(tokens, place + 1)
    if word == "LOAD" and after.text.upper() == "CSV":
        message = "LOAD CSV is refused: a query reads the graph and nothing else"
        raise BadQuery(message)
    # ``n.set``, ``:Set`` and ``{set: 1}`` are names.
    if word in _REFUSED and before not in {".", ":", "$"} and after.text != ":":
        message = (
            f"{word} is refused: a query only reads; put backticks around a name "
            f"that is written like this"
        )
        raise BadQuery(message)


def _check_name(tokens: Sequence[Token], place: int) -> None:
    """Check a procedure behind ``CALL``, or a function with a dot in its name."""
    before = _at(tokens, place - 1)
    called = before.kind == "word" and before.text.upper() == "CALL"
    if before.text == "." and before.kind == "sign":
        return  # in the middle of a name
    parts = _dotted(tokens, place)
    name = ".".join(parts)
    if called and _at(tokens, place - 2).text not in {".", ":"}:
        if name not in PROCEDURES:
            message = (
                f"the procedure {name} is refused; there are: "
                f"{', '.join(sorted(PROCEDURES))}"
            )
            raise BadQuery(message)
        return
    end = _at(tokens, place + 2 * len(parts) - 1)
    if len(parts) > 1 and end.text == "(" and parts[0].lower() not in _FUNCTIONS:
        message = f"the function {name} is refused; it is none of the server's own"
        raise BadQuery(message)


def _dotted(tokens: Sequence[Token], place: int) -> list[str]:
    """The parts of a name that begins at a place."""
    parts = [tokens[place].text]
    while _at(tokens, place + 1).text == "." and _at(tokens, place + 2).name:
        place += 2
        parts.append(tokens[place].text)
    return parts


def _at(tokens: Sequence[Token], place: int) -> Token:
    """The token at a place; an empty one outside."""
    return tokens[place] if 0 <= place < len(tokens) else Token("sign", "")
