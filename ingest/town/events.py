"""One function an event of the web feed: (type, page, the rest of the JSON object)."""

from collections.abc import Callable
from dataclasses import dataclass

from ingest.town.contacts import device_text
from ingest.town.identities import Identities
from ingest.town.pools import load_toml
from ingest.town.visits import (
    ADD,
    ALIAS,
    CART,
    CATEGORY,
    CHECKOUT,
    COMPARE,
    CONTACT,
    COUPON,
    DELIVERY,
    ERROR,
    FILTER,
    GROUP,
    HOME,
    IDENTIFY,
    ORDER,
    REFUND,
    REMOVE,
    RETURNS,
    REVIEWS,
    SCREEN,
    SEARCH,
    SEARCH_NONE,
    SHARED,
    STEP,
    VIEW,
    VIEW_OUT,
    Visits,
)  # fmt: skip
from ingest.town.world import Life, World
from ingest.town.write import js

SITE = "https://www.zatyshok.example"
Spoken = tuple[str, str, str]


@dataclass
class Sentence:
    """What an event may speak of. Texts of products are made once."""

    world: World
    life: Life
    visits: Visits
    identities: Identities
    traits: dict[int, str]

    def __post_init__(self) -> None:
        goods = self.life.goods
        self.words = load_toml("web.toml")
        self.products = [
            f'"product_id":"{sku(n)}","sku":"{sku(n)}","name":{js(goods.name[n, 1])},'
            f'"category":"{goods.category[n]}","price":{goods.price[n] / 100:.2f},'
            f'"currency":"UAH"'
            for n in range(len(goods.price))
        ]
        self.titles = [js(str(name)) for name in goods.name[:, 1]]
        self.queries = [[js(str(t)) for t in row] for row in goods.name]
        self.missing = [js(text) for text in self.words["missing_queries"]]

    def seen(self, event: int) -> int:
        """The product that an event is about."""
        return int(self.visits.seen[event])

    def device(self, visit: int) -> str:
        """The device of the visit's browser, as part of `context`."""
        number = int(self.visits.browser[visit]) // 2
        return f',"device":{{"id":"{device_text(number)}"}}'

    def pick(self, values: list[str], event: int) -> str:
        """One of a few words, the same for an event whenever it is asked."""
        return values[int(mix_one(event) % len(values))]


def mix_one(event: int) -> int:
    """Mixed bits of one number."""
    return (event * 0x9E3779B97F4A7C15 + 0x1234567) >> 7 & 0xFFFFFFFF


def sku(product: int) -> str:
    """The code of a product in every feed of the shop."""
    return f"ZT-{1000 + product * 7}"


def page(path: str, title: str, search: str = "") -> str:
    """The fields of `context.page`; `title` is JSON already."""
    return (
        f'"path":"{path}","url":"{SITE}{path}{search}","search":"{search}",'
        f'"title":{title}'
    )


def _home(_s: Sentence, _e: int, _v: int, _p: int) -> Spoken:
    return "page", page("/", '"Затишок"'), '"name":"Home","properties":{"path":"/"}'


def _category(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    code = s.life.goods.category[s.seen(e)]
    return (
        "page", page(f"/catalog/{code}", f'"{code}"'),
        (f'"category":"Catalog","name":"{code}",'
         f'"properties":{{"path":"/catalog/{code}"}}'),
    )  # fmt: skip


def _track(name: str, properties: str) -> str:
    return f'"event":"{name}","properties":{{{properties}}}'


def _view(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    n = s.seen(e)
    return (
        "track", page(f"/product/{sku(n)}", s.titles[n]),
        _track("Product Viewed", s.products[n] + ',"availability":"in_stock"'),
    )  # fmt: skip


def _view_out(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    n = s.seen(e)
    return (
        "track", page(f"/product/{sku(n)}", s.titles[n]),
        _track("Product Viewed", s.products[n] + ',"availability":"out_of_stock"'),
    )  # fmt: skip


def _search(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    n = s.seen(e)
    query = s.queries[n][mix_one(e) % 3]
    found = f'"query":{query},"results_count":{3 + mix_one(e) % 40}'
    shown = page("/search", '"Пошук"', "?q=" + sku(n))
    return "track", shown, _track("Products Searched", found)


def _search_none(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    query = s.pick(s.missing, e)
    return (
        "track", page("/search", '"Пошук"', "?q=0"),
        _track("Products Searched", f'"query":{query},"results_count":0'),
    )  # fmt: skip


def _about(name: str, path: str) -> Callable[[Sentence, int, int, int], Spoken]:
    def spoken(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
        n = s.seen(e)
        body = _track(name, s.products[n] + ',"quantity":1')
        return "track", page(path, s.titles[n]), body

    return spoken


def _static(name: str, path: str) -> Callable[[Sentence, int, int, int], Spoken]:
    body = f'"name":"{name}","properties":{{"path":"{path}"}}'
    spoken = "page", page(path, f'"{name}"'), body
    return lambda _s, _e, _v, _p: spoken


def _cart(s: Sentence, e: int, v: int, _p: int) -> Spoken:
    n = s.seen(e)
    body = _track(
        "Cart Viewed", f'"cart_id":"c{v}","products":[{{{s.products[n]},"quantity":1}}]'
    )
    return "track", page("/cart", '"Кошик"'), body


def _checkout(s: Sentence, e: int, v: int, _p: int) -> Spoken:
    goods, n = s.life.goods, s.seen(e)
    body = _track(
        "Checkout Started",
        f'"order_id":"{order_id(s, v)}","value":{goods.price[n] / 100:.2f},'
        f'"currency":"UAH","products":[{{{s.products[n]},"quantity":1}}]',
    )
    return "track", page("/checkout", '"Оформлення"'), body


def _step(s: Sentence, _e: int, v: int, _p: int) -> Spoken:
    carrier = s.pick(s.words["carriers"], v)
    paid = s.pick(s.words["payments"], v + 1)
    body = _track(
        "Checkout Step Viewed",
        f'"checkout_id":"{order_id(s, v)}","step":2,"shipping_method":"{carrier}",'
        f'"payment_method":"{paid}"',
    )
    return "track", page("/checkout/shipping", '"Доставка"'), body


def order_id(s: Sentence, visit: int) -> str:
    """The order of a visit that ends in a purchase, else of its abandoned checkout."""
    purchase = int(s.visits.purchase[visit])
    return order_number(purchase) if purchase >= 0 else f"A-{visit:07d}"


def order_number(purchase: int) -> str:
    """The number of a web order."""
    return f"W-{purchase:07d}"


def _order(s: Sentence, _e: int, v: int, _p: int) -> Spoken:
    return (
        "track",
        page("/checkout/done", '"Дякуємо"'),
        _track("Order Completed", bill(s, v)),
    )


def bill(s: Sentence, visit: int) -> str:
    """The properties of a completed order."""
    bought, row = s.life.purchases, int(s.visits.purchase[visit])
    total, margin = 0, 0
    lines: list[str] = []
    for line in range(int(bought.line_start[row]), int(bought.line_start[row + 1])):
        n, quantity = int(bought.line_product[line]), int(bought.line_quantity[line])
        price = int(bought.line_price[line])
        total += price * quantity
        margin += int(bought.line_margin[line])
        lines.append(
            f'{{"product_id":"{sku(n)}","sku":"{sku(n)}","name":{s.titles[n]},'
            f'"price":{price / 100:.2f},"quantity":{quantity}}}'
        )
    return (
        f'"order_id":"{order_number(row)}","total":{total / 100:.2f},'
        f'"revenue":{total / 100:.2f},"margin":{margin / 100:.2f},"currency":"UAH",'
        f'"products":[{",".join(lines)}]'
    )


def _refund(s: Sentence, _e: int, v: int, _p: int) -> Spoken:
    return (
        "track",
        page("/account/orders", '"Замовлення"'),
        _track("Order Refunded", bill(s, v)),
    )


def _error(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    word = s.pick(s.words["errors"], e)
    return (
        "track",
        page("/error", '"Помилка"'),
        _track("Error Shown", f'"code":"{word}"'),
    )


def _coupon(s: Sentence, e: int, v: int, _p: int) -> Spoken:
    body = _track(
        "Coupon Denied",
        f'"order_id":"{order_id(s, v)}","coupon_id":"{s.pick(s.words["coupons"], e)}",'
        f'"reason":"expired"',
    )
    return "track", page("/cart", '"Кошик"'), body


def _filter(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    code = s.life.goods.category[s.seen(e)]
    body = _track(
        "Product List Filtered",
        f'"category":"{code}","sorts":[{{"type":"price","value":"asc"}}]',
    )
    return "track", page(f"/catalog/{code}", f'"{code}"'), body


def _screen(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    n = s.seen(e)
    body = f'"name":"Product","properties":{{{s.products[n]}}}'
    return "screen", page(f"/app/product/{sku(n)}", s.titles[n]), body


def _identify(s: Sentence, _e: int, _v: int, p: int) -> Spoken:
    traits = s.traits.get(p, "")
    return "identify", page("/account/login", '"Вхід"'), f'"traits":{{{traits}}}'


def _alias(_s: Sentence, _e: int, _v: int, _p: int) -> Spoken:
    return "alias", page("/account/login", '"Вхід"'), '"integrations":{}'


def _group(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    code = s.life.goods.category[s.seen(e)]
    return (
        "group",
        page("/account/club", '"Клуб"'),
        f'"groupId":"club-{code}","traits":{{"name":"Клуб {code}"}}',
    )


EVENTS: dict[int, Callable[[Sentence, int, int, int], Spoken]] = {
    HOME: _home, CATEGORY: _category, VIEW: _view, VIEW_OUT: _view_out,
    SEARCH: _search, SEARCH_NONE: _search_none,
    ADD: _about("Product Added", "/cart/add"),
    REMOVE: _about("Product Removed", "/cart"), CART: _cart, CHECKOUT: _checkout,
    STEP: _step, ORDER: _order, IDENTIFY: _identify, ERROR: _error, COUPON: _coupon,
    DELIVERY: _static("Delivery", "/info/delivery"),
    RETURNS: _static("Returns", "/info/returns"),
    CONTACT: _static("Contacts", "/contacts"),
    REVIEWS: _static("Reviews", "/reviews"), FILTER: _filter, REFUND: _refund,
    COMPARE: _about("Product Compared", "/compare"), ALIAS: _alias, GROUP: _group,
    SCREEN: _screen, SHARED: _about("Product Shared", "/share"),
}  # fmt: skip
