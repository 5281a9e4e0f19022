"""A street of six people and a firm, with something for every room to find."""

from graph.batch import GraphBatch
from graph.model import Interaction, Product, Purchase, Visit
from graph.store import GraphStore
from tests.support.people import IDS, Facts, named

DAY = 86_400_000_000
HOME = {"address.city": ["Київ"], "address.street": ["вулиця Липова"]}
FLAT = HOME | {"address.house": ["12"], "address.flat": ["3"]}


def street(*, fraud: bool = True) -> tuple[Facts, dict[str, str]]:
    """The facts, and the ids of the records by name.

    Anna and Bohdan Koval share a flat, Anna works for Ros, Zoya and Taras follow Anna
    and buy after her, Maks complains of the price and never buys.

    Args:
        fraud: Taras and Maks, strangers, pay into one account and use one device.
    """
    facts, ids = Facts(), dict[str, str]()
    _people(facts, ids, fraud=fraud)
    for place, (follower, followed) in enumerate(
        [("zoya", "anna"), ("taras", "anna"), ("anna", "zoya"), ("bohdan", "zoya")]
    ):
        facts.states(ids[follower], "follows", ids[followed], at=place * DAY)
    facts.states(ids["anna"], "works_for", ids["ros"], at=DAY)
    product = facts.add(Product(id=IDS.thing("Product", "default", "kettle"), key="k"))
    for day, who in enumerate(("anna", "zoya", "taras"), start=1):
        _sale(facts, ids[who], product, day * DAY)
    _maks(facts, ids["maks"])
    return facts, ids


def write(store: GraphStore, facts: Facts, name: str = "facts") -> None:
    """Put facts into a store; those that are there already stay as they are."""
    nouns = list(facts.nouns.values())
    store.apply(GraphBatch(id=name, nodes=nouns, edges=facts.edges))


def _people(facts: Facts, ids: dict[str, str], *, fraud: bool) -> None:
    shared = [("iban", "UA1"), ("device", "d1")] if fraud else []
    line, mail = ("phone", "+380441234567"), ("email", "anna@example.org")
    ids["anna"] = facts.record("1", named("Ганна", "Коваль") | FLAT, [line, mail], at=1)
    ids["anna web"] = facts.record("anon", {}, [mail], source="web")
    ids["bohdan"] = facts.record("2", named("Bohdan", "Koval") | FLAT, [line], at=1)
    ids["zoya"] = facts.record("3", named("Зоя", "Ткач"), [("phone", "+380501")])
    ids["taras"] = facts.record("4", named("Тарас", "Бойко"), shared)
    ids["maks"] = facts.record("5", named("Макс", "Рудий"), shared)
    firm = {"organization.name": ["ТОВ Рось"]}
    ids["ros"] = facts.record("6", firm, [("UA:tax", "12345678")], organization=True)


def _sale(facts: Facts, record: str, product: str, at: int) -> None:
    key = IDS.event("Purchase", record, str(at))
    facts.add(
        Purchase(id=key, number=str(at), currency="UAH", amount=900_00, observed_at=at)
    )
    facts.edge("BY", key, record)
    facts.edge("OF_PRODUCT", key, product, weight=1.0)


def _maks(facts: Facts, record: str) -> None:
    visit = Visit(
        id=IDS.event("Visit", record, "v"),
        kind="web",
        observed_at=DAY,
        steps=[{"kind": "coupon_denied", "code": "SPRING"}],
    )
    call = Interaction(
        id=IDS.event("Interaction", record, "c"),
        kind="call",
        observed_at=2 * DAY,
        text="Чайник у вас надто дорогий, жахлива ціна.",
    )
    for event in (visit, call):
        facts.edge("BY", facts.add(event), record)
