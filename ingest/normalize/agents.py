"""User agents as a family of browser and of system: "Chrome on Android".

Versions are left out on purpose: they change every month and would single people out.
Which agents are robots is told by the list that the access-log connector keeps.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from ingest.normalize.column import Canonical, One, map_column


def agents(values: Sequence[str]) -> Canonical:
    """Browser and system; flags ``mobile`` and ``unknown`` (neither was recognised)."""
    return map_column(values, _agent)


@lru_cache(maxsize=65_536)
def _agent(text: str) -> One:
    lower = text.lower()
    browser = _first("browsers", lower)
    system = _first("systems", lower)
    mobile = ("mobile",) if system in {"Android", "iOS", "Windows Phone"} else ()
    if browser is None and system is None:
        return "unknown", ("unknown",)
    return f"{browser or 'unknown'} on {system or 'unknown'}", mobile


@lru_cache(maxsize=2)
def _tokens(table: str) -> Mapping[str, str]:
    source = files("ingest.normalize") / "data" / "agents.toml"
    return tomllib.loads(source.read_text("utf-8"))[table]


def _first(table: str, text: str) -> str | None:
    found = (name for token, name in _tokens(table).items() if token in text)
    return next(found, None)
