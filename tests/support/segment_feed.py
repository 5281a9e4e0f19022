"""A feed of Segment calls of all six types, as long as wanted, in little memory.

Of a hundred calls 44 are ``track``, 40 ``page``, 6 ``screen``, 6 ``identify``, 2
``group`` and 2 ``alias``. Visits have eight calls on average; some hundred are open at
a time. Of the phones in ``identify`` one in twenty is new, the others were met before.
The same arguments give the same bytes.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

SHARES = {"track": 44, "page": 40, "screen": 6, "identify": 6, "group": 2, "alias": 2}
EVENTS_A_VISIT = 6
DISTINCT_PHONES = 0.05
_OPEN = 300
_PRODUCTS = 2_000
_BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
_STEP = timedelta(milliseconds=400)
_TRACKS = (
    ("Product Viewed", 60),
    ("Products Searched", 12),
    ("Product Added", 10),
    ("Cart Viewed", 8),
    ("Checkout Step Viewed", 6),
    ("Order Completed", 4),
)
_WORDS = ("шланг", "лампа", "kettle", "ковдра", "стілець", "blanket", "ніж", "drill")
_NAMES = ("Олена Коваль", "Anna Shevchenko", "Пётр Иванов", "Ірина Мельник", "Ян Бойко")
_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/137.0.0.0 Safari/537.36"
)


@dataclass
class _Writer:
    """Writes the calls one after another."""

    random: random.Random
    number: int = 0
    visitors: int = 0
    phones: int = 0
    identified: int = 0
    open: list[str] = field(default_factory=list[str])

    def line(self) -> str:
        rng = self.random
        kind = rng.choices(tuple(SHARES), tuple(SHARES.values()))[0]
        visitor = self._visitor()
        when = (_BEGIN + self.number * _STEP).isoformat(timespec="milliseconds")
        head = (
            f'{{"type":"{kind}","messageId":"{rng.getrandbits(64):016x}-{self.number}",'
            f'"timestamp":"{when.replace("+00:00", "Z")}",'
        )
        self.number += 1
        return head + getattr(self, f"_{kind}")(visitor) + "}\n"

    def _visitor(self) -> str:
        """One of those on the site; one in six calls is somebody's last."""
        rng = self.random
        if len(self.open) < _OPEN:
            return self._arrive()
        place = rng.randrange(_OPEN)
        visitor = self.open[place]
        if rng.random() < 1 / EVENTS_A_VISIT:
            self.open[place] = self.open[-1]
            self.open.pop()
        return visitor

    def _arrive(self) -> str:
        """A new visitor, or one who has been here before."""
        if self.visitors and self.random.random() < 1 / 2:
            number = self.random.randrange(self.visitors)
        else:
            number = self.visitors
            self.visitors += 1
        visitor = f"{number:08x}-9d4c-481b-a341-c721ae36b02c"
        self.open.append(visitor)
        return visitor

    def _context(self, path: str, query: str = "") -> str:
        return (
            f'"context":{{"page":{{"path":"{path}","url":"https://shop.example{path}'
            f'{query}","search":"{query}","title":"Shop","referrer":""}},'
            f'"userAgent":"{_AGENT}","ip":"93.90.93.0"}}'
        )

    def _page(self, visitor: str) -> str:
        number = self.random.randrange(_PRODUCTS)
        path, query = f"/catalog/{number % 40}", ""
        if number % 10 == 0:
            query = "?utm_source=mail&utm_medium=email&utm_campaign=spring"
        return (
            f'"anonymousId":"{visitor}","name":"Catalog",{self._context(path, query)},'
            f'"properties":{{"path":"{path}"}}'
        )

    def _screen(self, visitor: str) -> str:
        return (
            f'"anonymousId":"{visitor}","name":"Cart","context":{{"device":{{"id":"dev-'
            f'{visitor[:8]}"}}}},"properties":{{"variation":"{self.number % 3}"}}'
        )

    def _track(self, visitor: str) -> str:
        rng = self.random
        names = [name for name, _ in _TRACKS]
        event = rng.choices(names, [share for _, share in _TRACKS])[0]
        number = rng.randrange(_PRODUCTS)
        word = _WORDS[number % len(_WORDS)]
        if event == "Order Completed":
            about = (
                f'"order_id":"o-{self.number}","currency":"UAH","total":899.50,'
                f'"products":[{{"product_id":"P-{number}","name":"{word} {number}",'
                '"price":449.75,"quantity":2}]'
            )
        elif event == "Products Searched":
            about = f'"query":"{word}","results_count":{number % 5}'
        elif event.startswith("C"):
            about = f'"step":{number % 4},"cart_id":"c-{number}"'
        else:
            about = (
                f'"product_id":"P-{number}","sku":"P-{number}","name":"{word} {number}"'
                ',"category":"home","price":449.75,"currency":"UAH","availability":'
                f'"{"in_stock" if number % 7 else "out_of_stock"}"'
            )
        return (
            f'"anonymousId":"{visitor}","event":"{event}",'
            f'{self._context(f"/product/{number}")},"properties":{{{about}}}'
        )

    def _identify(self, visitor: str) -> str:
        if self.phones <= self.identified * DISTINCT_PHONES:
            self.phones += 1
            phone = self.phones
        else:
            phone = self.random.randrange(1, self.phones + 1)
        self.identified += 1
        return (
            f'"anonymousId":"{visitor}","userId":"u-{phone}",{self._context("/login")},'
            f'"traits":{{"name":"{_NAMES[phone % len(_NAMES)]}",'
            f'"email":"u{phone}@example.com",'
            f'"phone":"067 {phone // 10_000:03} {phone % 10_000:04}"}}'
        )

    def _group(self, visitor: str) -> str:
        number = self.random.randrange(_PRODUCTS)
        return (
            f'"anonymousId":"{visitor}","groupId":"g-{number}",'
            f'"traits":{{"name":"Світанок {number} LLC"}}'
        )

    def _alias(self, visitor: str) -> str:
        return f'"previousId":"{visitor}","userId":"u-{self.number % 500}"'


def segment_lines(count: int, seed: int = 7) -> Iterator[bytes]:
    """So many lines, each with its line feed."""
    writer = _Writer(random.Random(seed))  # noqa: S311 - no secret
    for _ in range(count):
        yield writer.line().encode()
