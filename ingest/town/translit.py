"""Spelling a name in another script or language, as clerks and passports do.

Ukrainian to Latin follows the Cabinet's table of 2010 (passports); the second table is
what people type without one. Russian to Latin follows ICAO Doc 9303.
"""

import re

_UK_2010 = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e",
    "є": "ie", "ж": "zh", "з": "z", "и": "y", "і": "i", "ї": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch",
    "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia", "'": "", "\u02bc": "",
    "ё": "io", "ъ": "", "ы": "y", "э": "e",
}  # fmt: skip
_UK_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_LOOSE = _UK_2010 | {
    "г": "g", "є": "e", "и": "i", "ї": "i", "й": "y", "х": "h", "ц": "c",
    "ю": "yu", "я": "ya", "щ": "sch",
}  # fmt: skip
_RU_ICAO = _UK_2010 | {
    "г": "g", "и": "i", "й": "i", "ё": "e", "ъ": "ie", "ы": "y", "э": "e",
    "ю": "iu", "я": "ia",
}  # fmt: skip
_VOWELS = "аеєиіїоуюяыэё"


def _spell(text: str, table: dict[str, str], first: dict[str, str]) -> str:
    out: list[str] = []
    start = True
    for char in text:
        low = char.lower()
        latin = first.get(low) if start else None
        latin = table.get(low, char) if latin is None else latin
        out.append(latin.capitalize() if char != low else latin)
        start = not (char.isalpha() or char in "'\u02bc")
    return "".join(out)


def uk_latin(text: str) -> str:
    """Ukrainian to Latin by the table of 2010: Юлія Гаєвська is Yuliia Haievska."""
    return _spell(text.replace("зг", "zgh").replace("Зг", "Zgh"), _UK_2010, _UK_FIRST)


def loose_latin(text: str) -> str:
    """Ukrainian or Russian to Latin by ear: Юлія Гаєвська is Yuliya Gaevska."""
    return _spell(text, _LOOSE, {})


def ru_latin(text: str) -> str:
    """Russian to Latin as in passports: Наталья Щукина is Natalia Shchukina."""
    return _spell(text.replace("ь", "").replace("Ь", ""), _RU_ICAO, {})


def uk_to_ru(text: str) -> str:
    """A Ukrainian surname or word as Russian papers write it: Зелений is Зелёный."""
    text = re.sub(r"([сц])ький\b", r"\1кий", text)
    text = re.sub(r"([сц])ька\b", r"\1кая", text)
    text = re.sub(r"(?<![кгх])ий\b", "ый", text)
    pairs = ("ьо", "ё"), ("йо", "ё"), ("'", "ъ"), ("\u02bc", "ъ")
    for old, new in pairs:
        text = text.replace(old, new)
    return text.translate(str.maketrans("іїєґІЇЄҐ", "ииегИИЕГ"))


def naive_ru(text: str) -> str:
    """The same letter by letter, и as ы: Зінкевич is Зинкевыч, as software does it."""
    return text.translate(str.maketrans("иіїєґИІЇЄҐ", "ыииегЫИИЕГ"))


def ru_to_uk(text: str) -> str:
    """A Russian surname as Ukrainian papers write it: Никитин is Нікітін."""
    text = re.sub(r"ский\b", "ський", re.sub(r"ская\b", "ська", text))
    text = re.sub(rf"(?<=[{_VOWELS}])е|\bЕ", _soft_e, text)
    for old, new in (("ё", "ьо"), ("Ё", "Йо"), ("и", "і"), ("И", "І")):
        text = text.replace(old, new)
    text = text.replace("ській", "ський")
    return text.translate(str.maketrans("ыэъЫЭ", "ие\u02bcИЕ"))


def _soft_e(match: re.Match[str]) -> str:
    return "Є" if match.group() == "Е" else "є"
