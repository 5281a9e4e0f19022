"""Word lists of one language: moods, negators, and reasons for not buying."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import cast

REASONS = (
    "price", "delivery", "availability", "service",
    "product", "site", "trust", "competitor",
)  # fmt: skip
"""Why people don't buy. Where two are as likely, the earlier one is named."""


Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """What one word says.

    Attributes:
        polarity: 1 for praise, -1 for blame, else 0.
        reasons: those it speaks of by itself.
        phrases: (reason, words that must follow) where it begins a phrase.
    """

    polarity: int
    reasons: tuple[str, ...]
    phrases: tuple[tuple[str, Phrase], ...]


@dataclass(frozen=True)
class WordList:
    """Words, stems and phrases. ``дорог*`` is a stem, ``sold-out`` a phrase."""

    words: frozenset[str]
    stems: frozenset[str]
    phrases: tuple[Phrase, ...]

    def matches(self, word: str) -> bool:
        """Whether the word is listed or begins with a listed stem."""
        if word in self.words:
            return True
        return any(word[:end] in self.stems for end in range(2, len(word) + 1))

    def beginning(self, word: str) -> tuple[Phrase, ...]:
        """The rest of every listed phrase that the word begins."""
        return tuple(p[1:] for p in self.phrases if _fits(word, p[0]))


def _fits(word: str, pattern: str) -> bool:
    if pattern.endswith("*"):
        return word.startswith(pattern[:-1])
    return word == pattern


def _follows(words: Sequence[str], at: int, phrase: Phrase) -> bool:
    here = words[at + 1 : at + 1 + len(phrase)]
    return len(here) == len(phrase) and all(map(_fits, here, phrase))


def word_list(text: str) -> WordList:
    """Read a list as the data files write it, separated by white space."""
    items = text.split()
    return WordList(
        frozenset(item for item in items if "-" not in item and item[-1] != "*"),
        frozenset(item[:-1] for item in items if "-" not in item and item[-1] == "*"),
        tuple(tuple(item.split("-")) for item in items if "-" in item),
    )


class Lexicon:
    """What each word of a language says, remembered once looked up."""

    def __init__(self, data: dict[str, object]) -> None:
        """Take the tables of a data file."""
        lists = {k: word_list(v) for k, v in data.items() if isinstance(v, str)}
        self._positive, self._negative = lists["positive"], lists["negative"]
        self._negators, self._turns = lists["negators"], lists["turns"]
        reasons = cast("dict[str, str]", data["reasons"])
        self._reasons = {name: word_list(reasons[name]) for name in REASONS}
        self._known: dict[str, Entry] = {}

    def polarity(self, word: str) -> int:
        """1 for a word of praise, -1 for one of blame, else 0."""
        return self._entry(word).polarity

    def reasons(self, words: Sequence[str], at: int) -> tuple[str, ...]:
        """The reasons that the word, or a phrase beginning with it, speaks of."""
        entry = self._entry(words[at])
        if not entry.phrases:
            return entry.reasons
        phrased = [name for name, rest in entry.phrases if _follows(words, at, rest)]
        return (*entry.reasons, *phrased)

    def knows(self, words: Sequence[str]) -> int:
        """How many of the words say anything of mood or reason."""
        return sum(
            one.polarity != 0 or bool(one.reasons) for one in map(self._entry, words)
        )

    def negates(self, word: str) -> bool:
        """Whether it turns the next words into their opposite."""
        return word in self._negators.words

    def turns(self, word: str) -> bool:
        """Whether what follows outweighs what went before, as after "but"."""
        return word in self._turns.words

    def _entry(self, word: str) -> Entry:
        entry = self._known.get(word)
        if entry is None:
            entry = self._known[word] = self._look_up(word)
        return entry

    def _look_up(self, word: str) -> Entry:
        praise, blame = self._positive.matches(word), self._negative.matches(word)
        return Entry(
            int(praise) - int(blame),
            tuple(name for name, one in self._reasons.items() if one.matches(word)),
            tuple(
                (name, rest)
                for name, one in self._reasons.items()
                for rest in one.beginning(word)
            ),
        )


@cache
def lexicon(language: str) -> Lexicon:
    """The word lists of one of ``words.LANGUAGES``, read once."""
    folder = resources.files("intelligence.sentiment").joinpath("data")
    text = folder.joinpath(f"{language}.toml").read_text("utf-8")
    return Lexicon(tomllib.loads(text))
