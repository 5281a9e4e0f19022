"""Letters and digits of a number, without what people write around it."""

import re
import unicodedata

from graph.text import unmix

_NOT_ALNUM = re.compile(r"[\W_]+")
_IN_FRONT = re.compile(
    r"^(?:код|ідентифікаційний|идентификационный|номер|number|no|n|"
    r"єдрпоу|эдрпоу|едрпоу|edrpou|інн|инн|inn|іпн|ипн|ipn|рнокпп|rnokpp|"
    r"дрфо|drfo|огрн|огрнип|ogrn|снілс|снилс|snils|tax|id|vat|lei|iban)(?=[\s:.#№]|$)"
    r"[\s:.#№]*",
    re.IGNORECASE,
)
# Capitals that look the same, so that a series typed in either alphabet is one.
_TO_LATIN = str.maketrans("АВЕКМНОРСТХІУ", "ABEKMHOPCTXIY")
_CYRILLIC = re.compile("[\u0400-\u052f]")

Bare = tuple[str, tuple[str, ...]]
"""The number, and ``homoglyph`` where look-alike letters were mended."""


def bare(text: str) -> Bare:
    """Letters and digits in capitals, words of both alphabets in one."""
    kept = _NOT_ALNUM.sub("", unicodedata.normalize("NFKC", text)).upper()
    mended, mixed = unmix(unicodedata.normalize("NFKC", kept))
    return mended, ("homoglyph",) if mixed else ()


def after_words(text: str) -> Bare:
    """The same without the words that say what the number is: ИНН, код ЄДРПОУ, VAT."""
    text = text.strip()
    while (match := _IN_FRONT.match(text)) and match.end() < len(text):
        text = text[match.end() :]
    return bare(text)


def in_latin(text: str) -> str:
    """Capitals in Latin, if every Cyrillic one among them looks like a Latin one."""
    latin = text.translate(_TO_LATIN)
    return text if _CYRILLIC.search(latin) else latin
