"""What the events of the web feed are made of: pages, products, orders as JSON."""

from dataclasses import dataclass

from ingest.town.contacts import device_text
from ingest.town.draw import mix_one
from ingest.town.identities import Identities
from ingest.town.pools import load_toml
from ingest.town.visits import Visits
from ingest.town.world import Life, World
from ingest.town.write import js

SITE = "https://www.zatyshok.example"


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
        return values[int(bits(event) % len(values))]


def bits(number: int) -> int:
    """Thirty-two mixed bits of a number: a choice without a draw."""
    return mix_one(number, 0x5E27) >> 32


def sku(product: int) -> str:
    """The code of a product in every feed of the shop."""
    return f"ZT-{1000 + product * 7}"


def page(path: str, title: str, search: str = "") -> str:
    """The fields of `context.page`; `title` is JSON already."""
    return (
        f'"path":"{path}","url":"{SITE}{path}{search}","search":"{search}",'
        f'"title":{title}'
    )


def track(name: str, properties: str) -> str:
    """The inside of a track call."""
    return f'"event":"{name}","properties":{{{properties}}}'


def order_id(s: Sentence, visit: int) -> str:
    """The order of a visit that ends in a purchase, else of its abandoned checkout."""
    purchase = int(s.visits.purchase[visit])
    return order_number(purchase) if purchase >= 0 else f"A-{visit:07d}"


def order_number(purchase: int) -> str:
    """The number of a web order."""
    return f"W-{purchase:07d}"


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
