"""A small table of invented customers, several records each, and who is who."""

import numpy as np
import pyarrow as pa

from intelligence.identity.table import RecordTable

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
