import pytest

from ingest.facts.referrers import came_from, campaign_of


@pytest.mark.parametrize(
    ("referrer", "expected"),
    [
        (
            "https://www.google.com.ua/search?q=%D1%87%D0%B0%D0%B9&hl=uk",
            {"source": "google", "medium": "organic", "term": "чай"},
        ),
        ("https://www.google.com/", {"source": "google", "medium": "organic"}),
        (
            "https://yandex.kz/search/?lr=1&text=tea",
            {"source": "yandex", "medium": "organic", "term": "tea"},
        ),
        (
            "https://search.yahoo.co.jp/search?p=tea",
            {"source": "yahoo", "medium": "organic", "term": "tea"},
        ),
        (
            "https://duckduckgo.com/?q=tea+pot",
            {"source": "duckduckgo", "medium": "organic", "term": "tea pot"},
        ),
        (
            "https://go.mail.ru/search?q=tea",
            {"source": "go.mail", "medium": "organic", "term": "tea"},
        ),
        ("https://mail.google.com/mail/?q=tea", {}),
        ("https://google.shop.example.com/?q=tea", {}),
        ("https://blog.example/?q=tea", {}),
        ("https://blog.example/?utm_source=viber", {"source": "viber"}),
        ("http://[::1", {}),
        ("android-app:com.example", {}),
        ("-", {}),
        (None, {}),
    ],
)
def test_where_a_visit_came_from(
    referrer: str | None, expected: dict[str, str]
) -> None:
    assert came_from(referrer) == expected


def test_a_campaign_by_its_parameters() -> None:
    query = "utm_source=a&utm_medium=b&utm_campaign=c&utm_term=d&utm_content=e&utm_id=f"
    assert campaign_of(query) == {
        "source": "a", "medium": "b", "name": "c", "term": "d", "content": "e",
    }  # fmt: skip
