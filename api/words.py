"""Reasons and evidence in words, for people; the wire has them as data too."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from api import wire

Entry = Mapping[str, Any]

_MINOR = 100  # minor units of a currency, but for these (ISO 4217, exponent 0)
_WHOLE = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"})
_LONG = 160

_NAMING = ("code", "product", "step")
"""What tells one step of a kind from another."""

_TIED = {
    "colleague": "works with {}",
    "contact": "named as a contact by {}",
    "follows": "followed by {}",
    "friend": "friend of {}",
    "household": "lives with {}",
    "mentions": "mentioned by {}",
    "referred_by": "recommended us to {}",
    "relative": "relative of {}",
    "replies": "answered by {}",
    "reports_to": "manager of {}",
    "reposts": "reposted by {}",
    "sibling": "sibling of {}",
    "spouse": "married to {}",
    "talks": "talks with {}",
}
"""Ties that lead to an influential party, seen from it."""


def reasons(entries: Sequence[Entry]) -> list[str]:
    """Reasons or evidence as lines; ties share one, and so do those whom one moves."""
    ties = [_tied(entry) for entry in entries if _is_tie(entry)]
    moved = [_share(entry) for entry in entries if entry.get("why") == "moves"]
    rest = [
        reason(entry)
        for entry in entries
        if not _is_tie(entry) and entry.get("why") != "moves"
    ]
    told = ", ".join(dict.fromkeys(ties))
    lines = [told, *rest, f"moves most: {', '.join(moved)}" if moved else ""]
    return [line for line in lines if line]


def reason(entry: Entry) -> str:
    """One reason: words said, a phrase for a known sort, else its parts."""
    if text := entry.get("text"):
        return f"“{short(str(text))}”"
    if entry.get("why") == "bought_after":
        return _bought_after(entry)
    if _is_tie(entry):
        return _tied(entry)
    if "value" in entry:
        return f"the same {entry.get('kind')} {entry['value']}"
    return _deed(entry) if "fact" in entry else short(_parts(entry))


def short(text: str, most: int = _LONG) -> str:
    """A text on one line, cut at a word where it is too long for one."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    return f"{flat[:most].rsplit(' ', 1)[0]} …"


def money(amount: int, currency: str | None) -> str:
    """An amount of minor units, as people read it."""
    if currency in _WHOLE:
        return f"{amount:,} {currency}"
    return f"{amount / _MINOR:,.2f} {currency or ''}".rstrip()


def day(when: datetime | None) -> str:
    """A date, or that there is none."""
    return f"{when:%Y-%m-%d}" if when else "undated"


def event(done: wire.EventOut) -> str:
    """What somebody did, in a line."""
    what = f"{done.kind} visit" if done.label == "Visit" else done.kind
    channel = f" ({done.channel})" if done.channel else ""
    worth = f" {money(done.amount, done.currency)}" if done.amount is not None else ""
    said = f"  “{short(done.text, 90)}”" if done.text else ""
    return f"{day(done.at)}  {what}{channel}{worth}{said}"


def _is_tie(entry: Entry) -> bool:
    return "why" in entry and "parties" in entry and entry["why"] != "bought_after"


def _tied(entry: Entry) -> str:
    phrase = _TIED.get(str(entry["why"]), f"{entry['why']} tie with {{}}")
    return phrase.replace("{}", f"{int(entry['parties']):,}")


def _bought_after(entry: Entry) -> str:
    count, things = int(entry["parties"]), int(entry.get("purchases", 0))
    people = "1 of them" if count == 1 else f"{count:,} of them"
    times = "once" if things == 1 else f"{things:,} times"
    return f"{people} bought the same soon after, {times}"


def _share(entry: Entry) -> str:
    who = str(entry.get("name") or entry.get("party"))
    share = entry.get("share")
    return f"{who} ({share:.0%})" if isinstance(share, int | float) else who


def _deed(entry: Entry) -> str:
    """A step of a visit."""
    path = str(entry.get("path", ""))
    where = f" at {path}" if path else ""
    if entry.get("available") is False:
        return f"looked at {entry.get('product')}, which was not to be had"
    if entry.get("results") == 0:
        return f"searched for “{short(str(entry.get('query', '')))}” and found nothing"
    if status := entry.get("status"):
        return f"met error {status}{where}"
    kind = str(entry.get("kind", "")).replace("_", " ")
    named = next(
        (f" {entry[n]}" for n in ("code", "product", "step") if n in entry), ""
    )
    why = f" ({entry['reason']})" if "reason" in entry else ""
    return f"{kind}{named}{why}{where}"


def _parts(entry: Entry) -> str:
    return ", ".join(f"{key} {value}" for key, value in entry.items() if _plain(value))


def _plain(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)
