"""Where a visit came from: the campaign in its first address, else its referrer.

A campaign is ``{source, medium, name, term, content}``, as the ``utm_`` parameters name
its parts. A search engine as the referrer is the source, with medium ``organic`` and
the words that were searched for as the term, where the engine passes them on; most no
longer do.
"""

from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

_PARTS = {
    "utm_source": "source",
    "utm_medium": "medium",
    "utm_campaign": "name",
    "utm_term": "term",
    "utm_content": "content",
}
_ENGINES: dict[str, tuple[str, ...]] = {
    "google": ("q",), "bing": ("q",), "yandex": ("text",), "ya": ("text",),
    "duckduckgo": ("q",), "yahoo": ("p",), "baidu": ("wd", "word"), "ecosia": ("q",),
    "qwant": ("q",), "startpage": ("query", "q"), "brave": ("q",), "seznam": ("q",),
    "meta": ("q",), "rambler": ("query",), "go.mail": ("q",), "ask": ("q",),
    "aol": ("q",), "naver": ("query",),
}  # fmt: skip
"""Name of an engine's domain and the parameters that hold the words."""

_DOMAINS = frozenset({
    "meta.ua", "brave.com", "ask.com", "aol.com", "naver.com", "ya.ru", "go.mail.ru",
    "rambler.ru", "ecosia.org", "qwant.com", "startpage.com", "seznam.cz", "baidu.com",
    "duckduckgo.com", "bing.com",
})  # fmt: skip
_EVERYWHERE = frozenset({"google", "yandex", "yahoo"})
"""Engines with a domain in many countries."""
_SERVICES = frozenset({
    "mail", "accounts", "docs", "drive", "maps", "calendar", "meet", "news", "cloud",
    "play", "translate", "disk", "market", "finance", "sites", "groups", "photos",
})  # fmt: skip
"""First names of hosts of an engine's company that do not search."""


def campaign_of(query: str) -> dict[str, str]:
    """The campaign in a URL's query (``utm_…``)."""
    if "utm_" not in query:
        return {}
    found = _parameters(query.removeprefix("?"))
    return {
        name: found[parameter][0]
        for parameter, name in _PARTS.items()
        if parameter in found
    }


def came_from(referrer: str | None) -> dict[str, str]:
    """The search engine that a referrer is of, or the campaign in it; else nothing."""
    if not referrer or "//" not in referrer:
        return {}
    return dict(_came_from(referrer))


@lru_cache(maxsize=10_000)
def _came_from(referrer: str) -> tuple[tuple[str, str], ...]:
    try:
        parts = urlsplit(referrer)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ()
    engine = _engine(host)
    if engine is None:
        return tuple(campaign_of(parts.query).items())
    found = {"source": engine, "medium": "organic"}
    given = _parameters(parts.query)
    words = (given[name][0].strip() for name in _ENGINES[engine] if name in given)
    if term := next(filter(None, words), ""):
        found["term"] = term
    return tuple(found.items())


def _engine(host: str) -> str | None:
    """The name of an engine, by its host."""
    labels = host.split(".")
    if labels[0] in _SERVICES:
        return None
    for count in (3, 2):
        domain = ".".join(labels[-count:])
        if domain in _DOMAINS:
            return domain.rpartition(".")[0]
    for name in _EVERYWHERE:
        # google.com, www.google.com.ua, search.yahoo.co.jp: the name, then a country.
        if name in labels and len(labels) - labels.index(name) <= _COUNTRY_LABELS:
            return name
    return None


_COUNTRY_LABELS = 3


def _parameters(query: str) -> dict[str, list[str]]:
    try:
        return parse_qs(query)
    except ValueError:  # more parameters than anybody needs
        return {}
