"""Where records are asked about: an index's content and the model to weigh by."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from intelligence.arrays import Ints, listed
from intelligence.identity.engine import LEAST
from intelligence.identity.few_keys import keys_of
from intelligence.identity.index.delta import Delta
from intelligence.identity.index.little import Asked, Little, little
from intelligence.identity.index.near import Near, candidates, hubs, limits
from intelligence.identity.index.rows import Rows, rows_of
from intelligence.identity.model import Model
from intelligence.identity.preparing import features
from intelligence.identity.scoring import Scores


class Desk:
    """Answers for an index as it stands.

    Args:
        delta: the content.
        model: what evidence weighs.
        watermark: the seq up to which the store is known.

    Attributes:
        model: as given.
        watermark: as given; who moves the delta on moves it, too.
    """

    def __init__(self, delta: Delta, model: Model, watermark: int) -> None:
        self._delta, self.model, self.watermark = delta, model, watermark
        self._fits = limits(delta.base.manifest.cutoffs, model)

    def near(self, asked: Rows, *, homes: bool = False) -> Near:
        """Weigh records from outside against all that share a key with them.

        Args:
            asked: the records.
            homes: only pairs that are not plainly strangers; ``little`` has these and
                all records of their parties.
        """
        delta = self._delta
        made = self._prepared(asked)
        own = self._rows(made.ids)
        which, row = candidates(delta, keys_of(made.features), own, self._fits)
        if len(made.instead):
            kept = ~np.isin(row, made.instead)
            which, row = which[kept], row[kept]
        near = self._weighed(made, (which, row), np.empty(0, dtype=np.int64))
        return self._at_home(made, near) if homes else near

    def _at_home(self, asked: Asked, near: Near) -> Near:
        """The likelier pairs, among all records of the parties concerned."""
        delta = self._delta
        kept = np.flatnonzero(near.scores.odds > LEAST)
        row = near.little.rows[near.other[kept]]
        parties = np.unique(near.little.party[near.other[kept]])
        _, members = delta.members(parties[parties >= 0])
        rows = np.setdiff1d(np.append(row, members), asked.instead)
        scores = near.scores
        return replace(
            near,
            asked=near.asked[kept],
            other=np.searchsorted(rows, row) + len(asked),
            record=[near.record[at] for at in listed(kept)],
            party=[near.party[at] for at in listed(kept)],
            scores=Scores(
                scores.match[kept],
                scores.relative[kept],
                scores.stranger[kept],
                scores.against[kept],
            ),
            little=little(delta, self.model, asked, rows),
        )

    def near_of(self, records: Sequence[str]) -> Near:
        """Weigh records of the index against all that share a key with them."""
        delta, nobody = self._delta, self._nobody()
        rows = self._rows(records)
        rows = rows[rows >= 0]
        mine = little(delta, self.model, nobody, rows)
        pairs = candidates(delta, keys_of(mine.features), rows, self._fits)
        return self._weighed(nobody, pairs, rows)

    def against(self, asked: Rows, parties: Sequence[str]) -> Near:
        """Weigh records from outside against all records of some parties."""
        made = self._prepared(asked)
        delta = self._delta
        known = np.array([delta.homes.number(one) for one in parties], dtype=np.int64)
        _, rows = delta.members(known)
        rows = np.setdiff1d(rows, made.instead)
        which = np.repeat(np.arange(len(made)), len(rows))
        pairs = which, np.tile(rows, len(made))
        return self._weighed(made, pairs, np.empty(0, dtype=np.int64))

    def little(self, records: Sequence[str], asked: Rows | None = None) -> Little:
        """A scorer of some records among themselves, the asked ones first."""
        made = self._nobody() if asked is None else self._prepared(asked)
        rows = self._rows(records)
        rows = rows[(rows >= 0) & ~np.isin(rows, made.instead)]
        return little(self._delta, self.model, made, rows)

    def _rows(self, records: Sequence[str]) -> Ints:
        return np.array([self._delta.row(one) for one in records], dtype=np.int64)

    def _prepared(self, asked: Rows) -> Asked:
        delta, table = self._delta, asked.table
        whole = delta.whole.beside(table)
        script = delta.base.manifest.script_keys
        ready = features(table, delta.secret, script_keys=script, whole=whole)
        source = delta.sources.numbers(asked.sources, keep=False)[table.source]
        rows = self._rows(table.ids)
        said = delta.values.numbered(ready)
        return Asked(table.ids, said, ready, source, np.unique(rows[rows >= 0]))

    def _nobody(self) -> Asked:
        return self._prepared(rows_of([], [], [], []))

    def _weighed(self, asked: Asked, pairs: tuple[Ints, Ints], first: Ints) -> Near:
        """Weigh pairs of an asked record and a row.

        Args:
            asked: records from outside, or none.
            pairs: which asked record (of ``first``, where nobody is from outside), and
                the row of the other.
            first: rows of stored records that are asked for.
        """
        delta, (which, row) = self._delta, pairs
        rows = np.append(first, np.setdiff1d(row, first))
        made = little(delta, self.model, asked, rows)
        order = np.argsort(rows, kind="stable")
        place = order[np.searchsorted(rows, row, sorter=order)] if len(rows) else row
        other = place + len(asked)
        party = delta.homes.ids(made.party)
        scorer = made.brief(asked.features) if len(asked) else made.scorer
        at = other.tolist()
        return Near(
            asked=which,
            other=other,
            record=[made.ids[one] for one in at],
            party=[party[one] for one in at],
            scores=scorer.score(which, other),
            little=made,
            hubs=hubs(delta, asked),
            watermark=self.watermark,
        )
