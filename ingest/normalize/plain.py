"""Attributes that need little more than clean text, and those of the user's own."""

import unicodedata
from collections.abc import Sequence

from graph.text import fold
from ingest.normalize.column import UNREADABLE, Canonical, One, map_column

_SEXES = {
    "male": "male m man чоловік чоловіча чол ч мужчина мужской муж м 1",
    "female": "female f woman w жінка жіноча жін ж женщина женский жен 2",
}
_SEX = {word: sex for sex, words in _SEXES.items() for word in words.split()}


def sexes(values: Sequence[str]) -> Canonical:
    """Sex as male or female (1 and 2 of ISO 5218 too); others ``unknown_kind``."""
    return map_column(values, _sex)


def titles(values: Sequence[str]) -> Canonical:
    """Job titles, occupations and places of birth, folded for comparison."""
    return map_column(values, _folded)


def texts(values: Sequence[str]) -> Canonical:
    """Attributes of the user's own: NFC, blanks collapsed, otherwise as they came."""
    return map_column(values, _text)


def _sex(text: str) -> One:
    folded = fold(text).rstrip(".")
    sex = _SEX.get(folded)
    if sex:
        return sex, ()
    return (folded, ("unknown_kind",)) if folded else UNREADABLE


def _folded(text: str) -> One:
    folded = fold(text).strip(' .,;:"«»')
    return (folded, ()) if folded else UNREADABLE


def _text(text: str) -> One:
    value = " ".join(unicodedata.normalize("NFC", text).split())
    return (value, ()) if value else UNREADABLE
