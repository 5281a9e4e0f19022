"""Reasons and evidence in words, for people; the wire has them as data too."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from api import wire

Entry = Mapping[str, Any]

_MINOR = 100  # minor units of a currency, but for these (ISO 4217, exponent 0)
_WHOLE = frozenset({"CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"})
_LONG = 160

_NAMING = ("code", "product", "step")
"""What tells one step of a kind from another."""

_MOVING = {
    "follows": ("follows", "follow"),
    "replies": ("replies to their posts", "reply to their posts"),
    "reposts": ("reposts them", "repost them"),
    "mentions": ("mentions them", "mention them"),
    "talks": ("talks with them", "talk with them"),
    "referred_by": ("came by their word", "came by their word"),
    "household": ("lives with them", "live with them"),
    "colleague": ("works with them", "work with them"),
    "replies_to": ("replies to them", "reply to them"),
    "reports_to": ("reports to them", "report to them"),
    "spouse": ("is married to them", "are married to them"),
    "parent": ("has them for a parent", "have them for a parent"),
    "child": ("is their parent", "are their parents"),
    "sibling": ("is their sibling", "are their siblings"),
    "relative": ("is a relative", "are relatives"),
    "friend": ("is a friend", "are friends"),
    "contact": ("names them as a contact", "name them as a contact"),
}
"""Ties that lead to an influential party: of one person, of several."""


def reasons(entries: Sequence[Entry]) -> list[str]:
    """Reasons or evidence as phrases; those for whom somebody moves in one."""
    moved = [entry for entry in entries if entry.get("why") == "moves"]
    said = [reason(entry) for entry in entries if entry.get("why") != "moves"]
    if moved:
        names = ", ".join(_share(entry) for entry in moved)
        said.append(f"moves most: {names}")
    return [text for text in said if text]


def reason(entry: Entry) -> str:
    """One reason: words said, a phrase for a known sort, else its parts."""
    if text := entry.get("text"):
        return f"“{short(str(text))}”"
    why = str(entry.get("why", ""))
    if why in _PHRASES:
        return _PHRASES[why](entry)
    if why and "parties" in entry:
        return _tied(why, int(entry["parties"]))
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


def _tied(kind: str, count: int) -> str:
    one, several = _MOVING.get(kind, (f"{kind} tie", f"{kind} ties"))
    return f"{count:,} {one if count == 1 else several}"


def _bought_after(entry: Entry) -> str:
    count, things = int(entry.get("parties", 0)), int(entry.get("purchases", 0))
    people = "1 of them" if count == 1 else f"{count:,} of them"
    return f"{people} bought the same afterwards ({things:,} purchases)"


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


_PHRASES: dict[str, Callable[[Entry], str]] = {
    "bought_after": _bought_after,
    "moves": _share,
}
