"""The mood of a text and what it blames, by word lists.

A first pass: it counts words of praise and blame, turns them around behind a
negator, and weighs what follows a "but" twice. The signatures are those of the
trained models that are to replace it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from intelligence.sentiment.lexicon import REASONS, Lexicon, lexicon
from intelligence.sentiment.words import LANGUAGES, languages, tokens

Mood = Literal["positive", "neutral", "negative", "unsure"]

_REACH = 3  # words that a negator reaches
_CLEAR = 0.5  # less than this on balance is no mood
_CLAUSE_END = frozenset(".,!?;:\n…")
_SMILES = frozenset("☺☻♥❤😀😁😂😃😄😅😆😉😊😋😍😎😘🙂🤗🥰👍👏💕💖💗💙🔥🎉")
_FROWNS = frozenset("😒😔😕😖😞😟😠😡😢😣😤😥😩😫😭😱🙁🤬👎💔🤮")


@dataclass(frozen=True)
class Reading:
    """What one text says.

    Attributes:
        mood: the balance of its words; "unsure" where praise and blame weigh alike.
        confidence: 0 to 1, how far the balance is from even.
        reason: what it blames, one of ``lexicon.REASONS``, or None.
        words: the words that show the mood, as they stand in the text, folded.
        reason_words: the words that show the reason.
        language: "en", "ru" or "uk"; None without letters.
    """

    mood: Mood
    confidence: float
    reason: str | None
    words: tuple[str, ...]
    reason_words: tuple[str, ...]
    language: str | None


@dataclass
class _Tally:
    """Sums over the words of one text."""

    praise: float = 0.0
    blame: float = 0.0
    shown: list[str] = field(default_factory=list[str])
    reasons: Counter[str] = field(default_factory=Counter[str])
    reason_words: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def add(self, value: float, word: str) -> None:
        self.praise += max(value, 0.0)
        self.blame += max(-value, 0.0)
        self.shown.append(word)


def read(text: str, language: str | None = None) -> Reading:
    """Read the mood of a text and what it blames.

    Args:
        text: what was said or written, in any form.
        language: "en", "ru" or "uk" where known; any other value is found out.
    """
    words = tokens(text)
    spoken = language if language in LANGUAGES else language_of(text, words)
    tally = _Tally()
    if spoken is None:
        _signs(words, tally)
        return _reading(tally, None)
    known = lexicon(spoken)
    for clause in _clauses(words):
        _clause(clause, known, tally)
    _signs(words, tally)
    return _reading(tally, spoken)


def language_of(text: str, words: Sequence[str] | None = None) -> str | None:
    """The language of a text: "en", "ru" or "uk"; None without letters.

    Where letters and small words do not tell, the word lists that know more of its
    words decide, and Russian where they know as many.

    Args:
        text: the text.
        words: its tokens, where the caller has them already.
    """
    possible = languages(text)
    if len(possible) <= 1:
        return possible[0] if possible else None
    heard = tokens(text) if words is None else words
    return max(possible, key=lambda one: lexicon(one).knows(heard))


def read_all(
    texts: Sequence[str], languages: Sequence[str | None] | None = None
) -> list[Reading]:
    """Read many texts, each one on its own."""
    given = languages if languages is not None else [None] * len(texts)
    return [read(text, spoken) for text, spoken in zip(texts, given, strict=True)]


def _clauses(words: Sequence[str]) -> list[list[str]]:
    clauses: list[list[str]] = [[]]
    for word in words:
        if word in _CLAUSE_END:
            clauses.append([])
        elif word[0].isalnum():
            clauses[-1].append(word)
    return [clause for clause in clauses if clause]


def _clause(words: list[str], known: Lexicon, tally: _Tally) -> None:
    blamed = tally.blame
    weight = 1.0
    for at, word in enumerate(words):
        if known.turns(word):
            weight = 2.0
        value = weight * known.polarity(word)
        if not value:
            continue
        before = words[max(at - _REACH, 0) : at]
        negator = next((one for one in reversed(before) if known.negates(one)), None)
        if negator is None:
            tally.add(value, word)
        else:
            tally.add(-value if value > 0 else -value / 2, f"{negator} {word}")
    _reasons(words, known, tally, blamed=tally.blame > blamed)


def _reasons(words: list[str], known: Lexicon, tally: _Tally, *, blamed: bool) -> None:
    for at, word in enumerate(words):
        for reason in known.reasons(words, at):
            tally.reasons[reason] += 2 if blamed else 1
            tally.reason_words.setdefault(reason, []).append(word)


def _signs(words: Sequence[str], tally: _Tally) -> None:
    for word in words:
        if word in _SMILES or (word[-1] in ")DP" and word[0] in ":;)"):
            tally.add(1.0, word)
        elif word in _FROWNS or word[-1] == "(":
            tally.add(-1.0, word)


def _reading(tally: _Tally, language: str | None) -> Reading:
    balance, weight = tally.praise - tally.blame, tally.praise + tally.blame
    mood: Mood = "unsure"
    if not weight:
        mood = "neutral"
    elif abs(balance) >= _CLEAR:
        mood = "positive" if balance > 0 else "negative"
    reason = max(REASONS, key=lambda name: tally.reasons[name])
    found = reason if tally.reasons[reason] else None
    return Reading(
        mood,
        round(abs(balance) / (weight + 1.0), 6),
        found,
        tuple(dict.fromkeys(tally.shown)),
        tuple(dict.fromkeys(tally.reason_words.get(reason, ()))),
        language,
    )
