"""What hangs on a record: itself, and the money of its purchases.

Money is made comparable with records without rates of exchange: a purchase counts by
its share of what a record that buys in that currency buys on average. So a record with
average purchases counts twice as much as one without.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graph.snapshot import Projection, Purpose, Snapshot
from intelligence.arrays import Floats, Ints, codes, listed
from intelligence.tables import ends, ints, texts

PROJECTION = Projection(
    purpose=Purpose.SHARED,
    labels=("Record", "Purchase"),
    edges=("BY",),
    columns={"Record": (), "Purchase": ("kind", "currency", "amount")},
    edge_columns=(),
)
"""What it is read from."""

Money = dict[str, int]
"""Minor units by currency."""


@dataclass(frozen=True)
class Spent:
    """Who bought for how much, returns less, by record and currency.

    Attributes:
        row: of the record, ascending, shape (m,).
        currency: number of the currency, shape (m,).
        amount: minor units, shape (m,).
        currencies: their names.
        means: what a record that buys in a currency spends on average, minor units, 0
            where nobody does.
    """

    row: Ints
    currency: Ints
    amount: Ints
    currencies: list[str]
    means: list[float]

    def of(self, rows: Ints) -> Money:
        """What some records bought together."""
        found: Money = {}
        for row in listed(rows):
            first, last = listed(np.searchsorted(self.row, [row, row + 1]))
            for at in range(first, last):
                name = self.currencies[int(self.currency[at])]
                found[name] = found.get(name, 0) + int(self.amount[at])
        return {name: found[name] for name in sorted(found)}


def read(snapshot: Snapshot, ids: list[str]) -> Spent:
    """What records bought.

    Args:
        snapshot: holds what ``PROJECTION`` asks for.
        ids: of the records, by row; purchases of others are left out.
    """
    table = snapshot.nodes("Purchase")
    currency, names = codes(texts(table, "currency"))
    returned = np.array([kind == "return" for kind in texts(table, "kind")], np.bool_)
    amount = np.where(returned, -1, 1) * ints(table, "amount")
    row_of = np.full(snapshot.count("Record"), -1, dtype=np.int64)
    place = snapshot.places("Record", ids)
    row_of[place[place >= 0]] = np.flatnonzero(place >= 0)
    purchase, record = ends(snapshot.between("BY", "Purchase", "Record"))
    row = row_of[record]
    kept = row >= 0
    key = row[kept] * max(len(names), 1) + currency[purchase[kept]]
    cells, number = np.unique(key, return_inverse=True)
    total = np.zeros(len(cells), dtype=np.int64)
    np.add.at(total, number.reshape(-1), amount[purchase[kept]])
    wide = max(len(names), 1)
    means = [_mean(total[cells % wide == one]) for one in range(len(names))]
    return Spent(cells // wide, cells % wide, total, names, means)


def few(bought: Sequence[tuple[int, str, int]], means: Mapping[str, float]) -> Spent:
    """What a few records bought.

    Args:
        bought: row, currency and minor units of each purchase, less than 0 for returns.
        means: by currency, of all records that there are.
    """
    total: dict[tuple[int, str], int] = {}
    for row, currency, amount in bought:
        total[row, currency] = total.get((row, currency), 0) + amount
    names = sorted({currency for _, currency in total})
    cells = sorted(total)
    return Spent(
        np.array([row for row, _ in cells], dtype=np.int64),
        np.array([names.index(one) for _, one in cells], dtype=np.int64),
        np.array([total[one] for one in cells], dtype=np.int64),
        names,
        [means.get(one, 0.0) for one in names],
    )


def stakes(rows: int, spent: Spent) -> Floats:
    """What moves with each record, in records, shape (rows,)."""
    found = np.ones(rows)
    bought = np.maximum(spent.amount, 0).astype(np.float64)
    for number, mean in enumerate(spent.means):
        mine = spent.currency == number
        if mean > 0:
            found[spent.row[mine]] += bought[mine] / mean
    return found


def _mean(amount: Ints) -> float:
    return float(np.maximum(amount, 0).mean()) if len(amount) else 0.0
