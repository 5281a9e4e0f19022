"""The slow reference of an index: all records of a store as one table, read anew."""

from collections.abc import Sequence

import numpy as np

from graph import snapshot
from graph.store import GraphStore
from intelligence.arrays import Floats, Ints
from intelligence.identity.columns import records
from intelligence.identity.columns.table import Column, RecordTable
from intelligence.identity.comparisons.comparison import Comparison
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.engine import LEAST
from intelligence.identity.online.port import Asked, Little, Near
from intelligence.identity.stored import table_of
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Scorer
from intelligence.jobs.runs import models


class WholeIndex:
    """Scores every record against every other.

    Args:
        store: what it stands for; a model must be active.
    """

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._secret = models.secret(store)
        self.watermark = -1
        self.catch_up()

    def catch_up(self) -> None:
        """Read the store."""
        if self._store.watermark() == self.watermark:
            return
        kept = models.active(self._store)
        assert kept is not None
        self._model = Model.from_bytes(models.blob(kept))
        taken = snapshot.take(self._store, records.PROJECTION)
        self.watermark = taken.watermark
        found = records.read(taken)
        self._table = table_of(taken, found)
        self._sources = found.sources

    def follow(self, _upto: int) -> None:
        """Read the store."""
        self.catch_up()

    def follow_some(self, upto: int) -> bool:
        """Take notice of everything."""
        self.follow(upto)
        return False

    def take_in(self, _records: Sequence[str]) -> None:
        """Read the store."""
        self.catch_up()

    def note(self, _seq: int, _asked: Sequence[Asked], _parties: Sequence[str]) -> None:
        """Nothing is noted that was not read."""

    def rehearse(self, _records: Sequence[str]) -> None:
        """Nothing is done but once."""

    def renewed(self) -> Model:
        """The active model: how often records are of one party is not looked at."""
        return self._model

    def near(self, asked: Sequence[Asked]) -> Near:
        """Of each one asked all that are not plainly strangers."""
        found = self._near(self._with(asked), list(range(len(asked))))
        return Near(found, self.little(asked, ()))

    def near_stored(self, stored: Sequence[str]) -> Near:
        """The same of records of the store."""
        place = {key: row for row, key in enumerate(self._table.ids)}
        found = self._near(self._table, [place.get(one, -1) for one in stored])
        return Near(found, self.little((), stored))

    def little(self, asked: Sequence[Asked], stored: Sequence[str]) -> Little:
        """Some rows of the whole table."""
        table = self._with(asked)
        place = {key: row for row, key in enumerate(table.ids)}
        ids = [*(one.id for one in asked), *(one for one in stored if one in place)]
        rows = np.array([place[one] for one in ids], dtype=np.int64)
        return Little(ids, _Part(self._scorer(table), rows))

    def _near(self, table: RecordTable, rows: Sequence[int]) -> list[set[str]]:
        scorer, every = self._scorer(table), np.arange(len(table))
        found: list[set[str]] = []
        for row in rows:
            if row < 0:
                found.append(set())
                continue
            odds = scorer.score(np.full(len(every), row), every).odds
            near = np.flatnonzero(odds > LEAST).tolist()
            found.append({table.ids[one] for one in near if one != row})
        return found

    def _scorer(self, table: RecordTable) -> Scorer:
        made = features(table, self._secret, script_keys=self._model.script_keys)
        return Scorer(self._model, made)

    def _with(self, asked: Sequence[Asked]) -> RecordTable:
        """The table with the asked ones at its head."""
        gone = {one.id for one in asked}
        table = self._table
        kept = [row for row, key in enumerate(table.ids) if key not in gone]
        said = {name: column.lists(len(table)) for name, column in table.values.items()}
        names = sorted({*said, *(name for one in asked for name in one.said)})
        blank: list[list[str]] = [[] for _ in table.ids]
        columns = {
            name: [one.said.get(name, []) for one in asked]
            + [said.get(name, blank)[row] for row in kept]
            for name in names
        }
        sources = [one.source for one in asked] + [self._sources[row] for row in kept]
        firms = [int(one.organization) for one in asked]
        return RecordTable(
            [one.id for one in asked] + [table.ids[row] for row in kept],
            np.unique(np.array(sources, dtype=object), return_inverse=True)[1].reshape(
                -1
            ),
            np.append(np.array(firms, np.int64), table.organization[kept]),
            {name: Column.listed(texts) for name, texts in columns.items()},
        )


class _Part(Scorer):
    """Weighs some rows as the whole table's scorer does."""

    def __init__(self, whole: Scorer, rows: Ints) -> None:
        self._whole = whole
        super().__init__(whole.model, whole.features.of(rows))

    def local(self, comparison: Comparison, *, holders: bool) -> Floats:
        """How often each value is said in the whole table."""
        return self._whole.local(comparison, holders=holders)
