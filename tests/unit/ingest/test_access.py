"""Access logs: visits by gaps, robots left out, campaigns and words parsed."""

from collections.abc import Callable
from pathlib import Path

from graph.model import Record, Visit
from graph.store import GraphStore
from ingest.pipeline import ingest
from tests.support.facts import held, nouns

Write = Callable[..., Path]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0"


def hit(
    at: str, path: str, user: str = "-", agent: str = FIREFOX, came: str = "-"
) -> str:
    stamp = f"01/Mar/2026:{at} +0200"
    request = f'"GET {path} HTTP/1.1"'
    return f'10.0.0.1 - {user} [{stamp}] {request} 200 5 "{came}" "{agent}"'


def test_robots_and_search_words_of_an_access_log(
    store: GraphStore, write: Write
) -> None:
    engine = "https://www.google.com/search?q=%D1%87%D0%B0%D0%B9"
    path = write(
        "site.log",
        hit("10:00:00", "/", came=engine),
        hit("10:01:00", "/", agent="curl/8.5.0"),
        hit("10:02:00", "/", agent="GPTBot/1.2 (+https://openai.com/gptbot)"),
        '10.0.0.2 - - [01/Mar/2026:10:03:00 +0200] "GET / HTTP/1.1" 200 -',
    )
    [report] = ingest([path], store)
    assert (report.read, report.accepted, report.skipped) == (4, 2, 2)
    assert [visit.more for visit in nouns(store, Visit)].count({}) == 1  # no agent
    found = [visit.campaign for visit in nouns(store, Visit) if visit.campaign]
    assert found == [{"source": "google", "medium": "organic", "term": "чай"}]


def test_an_access_log(store: GraphStore, write: Write) -> None:
    path = write(
        "site.log",
        hit("10:00:00", "/blog?utm_source=viber&utm_medium=chat"),
        hit("10:00:01", "/static/app.css"),
        hit("10:10:00", "/search?q=%D1%87%D0%B0%D0%B9"),
        hit("10:11:00", "/blog", agent="Mozilla/5.0 (compatible; Googlebot/2.1)"),
        hit("10:20:00", "/pay", user="u17"),
    )
    [report] = ingest([path], store)
    assert (report.read, report.accepted, report.skipped) == (5, 4, 1)
    visits = {len(visit.steps): visit for visit in nouns(store, Visit)}
    guest = visits[2]
    assert guest.events == 3
    assert guest.offset_minutes == 120
    assert guest.campaign == {"source": "viber", "medium": "chat"}
    assert guest.searches == ["чай"]
    assert guest.more == {"browser": "Firefox", "system": "Linux", "device": "desktop"}
    assert [step["path"] for step in guest.steps] == ["/blog", "/search"]
    assert ("shop:account", "u17") in held(store, "user/u17")
    assert all("10.0.0.1" not in one.key for one in nouns(store, Record))
