"""Companies: names with one code for the legal form, and register numbers."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from graph.text import fold, unmix
from ingest.normalize import check_digits
from ingest.normalize.bare import after_words
from ingest.normalize.column import UNREADABLE, Canonical, One, map_column
from ingest.normalize.vat import vat

_QUOTES = re.compile('["«»“”„‟<>(){}\\[\\]]+')
_SPLIT = re.compile(r"[\s,]+")
_POINT = re.compile(r"[\s.]+")
_LEI = re.compile(r"[A-Z0-9]{18}\d\d")
_VAT = re.compile(r"[A-Z]{2}[A-Z0-9]{6,12}")
_LONGEST_FORM = 6
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_NUMBERS: dict[int, tuple[str, Callable[[str], bool]]] = {
    8: ("edrpou", check_digits.edrpou),
    10: ("inn", check_digits.inn),
    12: ("inn", check_digits.inn),
    13: ("ogrn", check_digits.ogrn),
    15: ("ogrn", check_digits.ogrn),
}


def organizations(values: Sequence[str]) -> Canonical:
    """Names without quotes, with the legal form's code behind: «Агрогруп», ТОВ → llc.

    The code is the same for ТОВ, ООО and Ltd. Flags: ``form:CODE``, ``homoglyph``,
    ``form_only`` (nothing but a legal form).
    """
    return map_column(values, _organization)


def register_numbers(values: Sequence[str]) -> Canonical:
    """EDRPOU, INN, OGRN, LEI and VAT numbers; flags: the kind, ``check_failed``.

    Kinds are told by length and alphabet; words in front (ЄДРПОУ, ИНН, VAT) are left
    out. Ten digits may also be a Ukrainian entrepreneur's RNOKPP: if only that check
    holds, the kind is ``rnokpp``. A VAT number of a country whose check is not known
    (``ingest.normalize.vat``) is ``unchecked``; numbers of no kind are kept, flagged
    ``unknown_kind``.
    """
    return map_column(values, _register_number)


def split_form(text: str) -> tuple[str, str | None]:
    """The name as folded words without quotes, and the code of its first legal form."""
    spaced = _QUOTES.sub(" ", unicodedata.normalize("NFKC", text))
    found = _SPLIT.split(fold(spaced))
    words = [unmix(word)[0] for word in found if word.strip(".-_")]
    first: str | None = None
    while True:
        length, code = _form_at(words, 0)
        if code:
            words = words[length:]
        else:
            length, code = _form_at(words, -1)
            words = words[: len(words) - length]
        if code is None:
            return " ".join(words), first
        first = first or code


def _form_at(words: list[str], place: int) -> tuple[int, str | None]:
    """The longest legal form that the words begin (0) or end (-1) with."""
    forms = _forms()
    for length in range(min(_LONGEST_FORM, len(words)), 0, -1):
        chosen = words[:length] if place == 0 else words[-length:]
        code = forms.get(fold(" ".join(chosen).replace(".", "")))
        if code:
            return length, code
    return 0, None


@lru_cache(maxsize=1)
def _forms() -> Mapping[str, str]:
    source = files("ingest.normalize") / "data" / "legal_forms.toml"
    table = tomllib.loads(source.read_text("utf-8"))
    forms = {fold(name): code for code, names in table.items() for name in names}
    return forms | {code: code for code in table}


def _organization(text: str) -> One:
    name, code = split_form(text)
    flags = [f"form:{code}"] if code else []
    if any(unmix(word)[1] for word in fold(text).split()):
        flags.append("homoglyph")
    plain = " ".join(_POINT.split(fold(name))).strip()
    if not plain:
        return (code, (*flags, "form_only")) if code else UNREADABLE
    return f"{plain} {code}" if code else plain, tuple(flags)


def _register_number(text: str) -> One:
    value, flags = after_words(text)
    if not value:
        return UNREADABLE
    if value.isascii() and value.isdigit():
        return value, (*flags, *_digits_flags(value))
    if _LEI.fullmatch(value):
        failed = () if check_digits.mod_97(value) else ("check_failed",)
        return value, (*flags, "lei", *failed)
    if _VAT.fullmatch(value) and value[2:].strip(_LETTERS):
        checks = vat(value)
        noted = {True: (), False: ("check_failed",), None: ("unchecked",)}[checks]
        return value, (*flags, "vat", *noted)
    return value, (*flags, "unknown_kind")


def _digits_flags(value: str) -> tuple[str, ...]:
    kind, check = _NUMBERS.get(len(value), ("unknown_kind", None))
    if check is None:
        return (kind,)
    if check(value):
        return (kind,)
    if len(value) == 10 and check_digits.rnokpp(value):  # noqa: PLR2004 - RNOKPP
        return ("rnokpp",)
    return kind, "check_failed"
