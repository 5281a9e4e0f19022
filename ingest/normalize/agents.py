"""User agents as a family of browser and of system, and the kind of device.

Read by ``ua-parser`` and the expressions of its project. Versions are left out on
purpose: they change every month and would single people out. Which agents are robots is
told by the list that the access-log connector keeps.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ingest.normalize.column import Canonical, One, map_column

if TYPE_CHECKING:
    from ua_parser import Parser

UNKNOWN = "unknown"
LONGEST_AGENT = 512
"""Characters that are looked at; what follows are extensions of all sorts."""

_DESKTOPS = frozenset({"Windows", "Mac OS X", "Linux", "Ubuntu", "Chrome OS", "Fedora"})
_TABLETS = frozenset({"iPad", "Generic Tablet", "Kindle"})
_TABLET_BRAND = "Generic_Android_Tablet"
_PHONES = frozenset({"iOS", "Windows Phone", "BlackBerry OS", "KaiOS"})
_SETS = ("tv", "bravia", "roku", "aftt")


class Agent(NamedTuple):
    """What a user agent says of itself.

    Attributes:
        browser: family, such as ``Chrome Mobile``; ``unknown`` where it tells none.
        system: family, such as ``Android``; ``unknown`` where it tells none.
        device: ``desktop``, ``mobile``, ``tablet``, ``tv`` or ``unknown``.
    """

    browser: str
    system: str
    device: str


NO_AGENT = Agent(UNKNOWN, UNKNOWN, UNKNOWN)
"""What a text says that is no user agent."""


def agents(values: Sequence[str]) -> Canonical:
    """``Chrome Mobile on Android``; a flag names the kind of device.

    Flags: ``desktop``, ``mobile``, ``tablet``, ``tv``; ``unknown`` where neither
    browser nor system was recognised.
    """
    return map_column(values, _one)


@lru_cache(maxsize=16_384)
def agent_of(text: str) -> Agent:
    """Take one user agent apart; a new one costs half a millisecond."""
    text = text[:LONGEST_AGENT]
    found = _parser().parse(text)
    browser = found.user_agent.family if found.user_agent else UNKNOWN
    system = found.os.family if found.os else UNKNOWN
    family = found.device.family if found.device else ""
    brand = (found.device.brand or "") if found.device else ""
    return Agent(browser, system, _device(text, system, family, brand))


def _one(text: str) -> One:
    browser, system, device = agent_of(text)
    if browser == system == UNKNOWN:
        return UNKNOWN, (UNKNOWN,)
    flags = () if device == UNKNOWN else (device,)
    return f"{browser} on {system}", flags


def _device(text: str, system: str, family: str, brand: str) -> str:
    lower = text.lower()
    if system == "Android" or family in _TABLETS:
        if any(word in lower for word in _SETS):
            return "tv"
        # Google's guide to user agents: a phone says Mobile, a tablet does not.
        tablet = family in _TABLETS or brand == _TABLET_BRAND or "mobile" not in lower
        return "tablet" if tablet else "mobile"
    if system in _PHONES:
        return "mobile"
    return "desktop" if system in _DESKTOPS else UNKNOWN


@lru_cache(maxsize=1)
def _parser() -> "Parser":
    """With the resolver in plain Python: the same answers on every machine."""
    # A megabyte of expressions that is read when imported: not at every start.
    from ua_parser import (  # noqa: PLC0415
        BasicResolver,
        Parser,
        load_lazy_builtins,
    )

    return Parser(BasicResolver(load_lazy_builtins()))
