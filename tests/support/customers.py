"""A small table of invented customers, several records each, and who is who."""

import numpy as np
import pyarrow as pa

from intelligence.identity.columns.table import RecordTable

_GIVEN = ("Олена", "Іван", "Марія", "Петро", "Оксана", "Тарас", "Юлія", "Роман", "Ніна")
_SOUNDS = ("ба", "ве", "го", "ди", "ка", "ле", "мо", "ни", "па", "ру", "се", "ти")


def customers(people: int, seed: int = 5) -> tuple[RecordTable, list[int]]:
    """Records of people, of whom every two share a household, and whose each is.

    Args:
        people: how many; each has two or three records.
        seed: of the draw.
    """
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    truth: list[int] = []
    for person in range(people):
        house = person // 2
        draw = np.random.default_rng([seed, house])
        family = "".join(draw.choice(_SOUNDS, 3)).title() + "ко"
        phone = f"+38050{1_000_000 + 7919 * house:07d}"
        own = np.random.default_rng([seed, house, person])
        given = _GIVEN[(house + 4 * (person % 2)) % len(_GIVEN)]
        year, month, day = own.integers((1940, 1, 1), (2005, 13, 29)).tolist()
        born = f"{year}-{month:02d}-{day:02d}"
        for copy in range(2 + person % 2):
            rows.append(
                {
                    "record_id": f"r{len(rows)}",
                    "source": ("crm", "web", "shop")[copy],
                    "name.given": [given],
                    "name.family": [family if rng.random() > 0.1 else family[:-1]],
                    "birth.date": [born] if rng.random() > 0.1 else [],
                    "phone": [phone] if rng.random() > 0.2 else [],
                }
            )
            truth.append(person)
    return RecordTable.of(pa.Table.from_pylist(rows)), truth


def repeated(rows: int, **values: str) -> pa.Table:
    """Rows that all say the same."""
    said = {name.replace("_", ".", 1): [[text]] * rows for name, text in values.items()}
    return pa.table({"record_id": [f"c{n}" for n in range(rows)], **said})


_SAID: dict[str, tuple[str, ...]] = {
    "name.given": ("Олена", "Олени", "Оля", "Іван", "Иван", "Ivan", "І", "Петро"),
    "name.family": ("Коваль", "Ковальова", "Ковал", "Шевченко", "Shevchenko", "Іван"),
    "name.patronymic": ("Іванович", "Ивановна", "І", "Петрівна", "Коваль"),
    "birth.date": ("1975-04-05", "1975-05-04", "1975-??-??", "1980-12-01"),
    "birth.place": ("Київ", "Киев", "Львів"),
    "sex": ("f", "m"),
    "occupation": ("teacher", "cook"),
    "tax_id": ("1234567890", "1234567809", "9876543210"),
    "document": ("КВ123456", "KB123456", "AB000001"),
    "account": ("olena", "olena77", "ivan"),
    "phone": ("+380501234567", "+380501234576", "+380671112233", "+380442223344"),
    "email": ("olena@example.com", "olena@example.org", "o.koval@example.com"),
    "address.street": ("вул. Садова", "Садовая ул.", "Lisova St", "вул. Лісова"),
    "address.house": ("12", "12а", "40"),
    "address.flat": ("1", "7"),
    "address.city": ("Київ", "Киев", "Одеса"),
    "address.postcode": ("01001", "01010", "65000"),
    "organization.name": ("ТОВ Ромашка", "Ромашка Плюс", "Ромашка", "Acme Ltd"),
}
_SEVERAL = {"name.given", "birth.date", "tax_id", "phone", "email", "organization.name"}


def mixed(rows: int, seed: int = 5) -> RecordTable:
    """Records that say anything of everything, one or two values, some of companies."""
    rng = np.random.default_rng(seed)
    found: list[dict[str, object]] = []
    for row in range(rows):
        firm = bool(rng.random() < 0.2)
        said: dict[str, object] = {
            "record_id": f"r{row}",
            "source": ("crm", "web")[int(rng.integers(2))],
            "kind": "organization" if firm else "person",
        }
        for name, texts in _SAID.items():
            most = 2 if name in _SEVERAL else 1
            some = rng.choice(texts, int(rng.integers(most + 1)), replace=False)
            said[name] = some.tolist()
        found.append(said)
    return RecordTable.of(pa.Table.from_pylist(found))
