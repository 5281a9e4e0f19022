"""One function an event of the web feed: (type, page, the rest of the JSON object)."""

from collections.abc import Callable

from ingest.town.sentence import Sentence, bill, bits, order_id, page, sku, track
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
)  # fmt: skip

Spoken = tuple[str, str, str]


def _home(_s: Sentence, _e: int, _v: int, _p: int) -> Spoken:
    return "page", page("/", '"Затишок"'), '"name":"Home","properties":{"path":"/"}'


def _category(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    code = s.life.goods.category[s.seen(e)]
    return (
        "page", page(f"/catalog/{code}", f'"{code}"'),
        (f'"category":"Catalog","name":"{code}",'
         f'"properties":{{"path":"/catalog/{code}"}}'),
    )  # fmt: skip


def _view(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    n = s.seen(e)
    return (
        "track", page(f"/product/{sku(n)}", s.titles[n]),
        track("Product Viewed", s.products[n] + ',"availability":"in_stock"'),
    )  # fmt: skip


def _view_out(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    n = s.seen(e)
    return (
        "track", page(f"/product/{sku(n)}", s.titles[n]),
        track("Product Viewed", s.products[n] + ',"availability":"out_of_stock"'),
    )  # fmt: skip


def _search(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    n = s.seen(e)
    query = s.queries[n][bits(e) % 3]
    found = f'"query":{query},"results_count":{3 + bits(e) % 40}'
    shown = page("/search", '"Пошук"', "?q=" + sku(n))
    return "track", shown, track("Products Searched", found)


def _search_none(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    query = s.pick(s.missing, e)
    return (
        "track", page("/search", '"Пошук"', "?q=0"),
        track("Products Searched", f'"query":{query},"results_count":0'),
    )  # fmt: skip


def _about(name: str, path: str) -> Callable[[Sentence, int, int, int], Spoken]:
    def spoken(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
        n = s.seen(e)
        body = track(name, s.products[n] + ',"quantity":1')
        return "track", page(path, s.titles[n]), body

    return spoken


def _static(name: str, path: str) -> Callable[[Sentence, int, int, int], Spoken]:
    body = f'"name":"{name}","properties":{{"path":"{path}"}}'
    spoken = "page", page(path, f'"{name}"'), body
    return lambda _s, _e, _v, _p: spoken


def _cart(s: Sentence, e: int, v: int, _p: int) -> Spoken:
    n = s.seen(e)
    body = track(
        "Cart Viewed", f'"cart_id":"c{v}","products":[{{{s.products[n]},"quantity":1}}]'
    )
    return "track", page("/cart", '"Кошик"'), body


def _checkout(s: Sentence, e: int, v: int, _p: int) -> Spoken:
    goods, n = s.life.goods, s.seen(e)
    body = track(
        "Checkout Started",
        f'"order_id":"{order_id(s, v)}","value":{goods.price[n] / 100:.2f},'
        f'"currency":"UAH","products":[{{{s.products[n]},"quantity":1}}]',
    )
    return "track", page("/checkout", '"Оформлення"'), body


def _step(s: Sentence, _e: int, v: int, _p: int) -> Spoken:
    carrier = s.pick(s.words["carriers"], v)
    paid = s.pick(s.words["payments"], v + 1)
    body = track(
        "Checkout Step Viewed",
        f'"checkout_id":"{order_id(s, v)}","step":2,"shipping_method":"{carrier}",'
        f'"payment_method":"{paid}"',
    )
    return "track", page("/checkout/shipping", '"Доставка"'), body


def _order(s: Sentence, _e: int, v: int, _p: int) -> Spoken:
    return (
        "track",
        page("/checkout/done", '"Дякуємо"'),
        track("Order Completed", bill(s, v)),
    )


def _refund(s: Sentence, _e: int, v: int, _p: int) -> Spoken:
    return (
        "track",
        page("/account/orders", '"Замовлення"'),
        track("Order Refunded", bill(s, v)),
    )


def _error(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    word = s.pick(s.words["errors"], e)
    return (
        "track",
        page("/error", '"Помилка"'),
        track("Error Shown", f'"code":"{word}"'),
    )


def _coupon(s: Sentence, e: int, v: int, _p: int) -> Spoken:
    body = track(
        "Coupon Denied",
        f'"order_id":"{order_id(s, v)}","coupon_id":"{s.pick(s.words["coupons"], e)}",'
        f'"reason":"expired"',
    )
    return "track", page("/cart", '"Кошик"'), body


def _filter(s: Sentence, e: int, _v: int, _p: int) -> Spoken:
    code = s.life.goods.category[s.seen(e)]
    body = track(
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
