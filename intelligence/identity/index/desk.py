"""Where records are asked about: an index's content and the model to weigh by."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from intelligence.arrays import Ints, listed
from intelligence.identity.blocking.few_keys import keys_of
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.index.delta import Delta
from intelligence.identity.index.little import Asked, Little, little
from intelligence.identity.index.lookups import beside
from intelligence.identity.index.near import Near, candidates, hubs, least, limits
from intelligence.identity.index.rows import Rows, rows_of
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.priors import matched, renewed
from intelligence.identity.weights.scoring import Scores

BESIDE = 1_000
"""Members of all candidates' parties that are put beside them before pairs are weighed;
where there are more, only the likelier ones' are, and afterwards."""

_NOBODY = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Weighed:
    """Pairs of an asked record and another, p of them.

    Attributes:
        asked: which of the asked, shape (p,).
        other: the other's row in ``little``, shape (p,).
        scores: of the pairs.
        little: all records concerned, the asked first.
    """

    asked: Ints
    other: Ints
    scores: Scores
    little: Little

    def where(self, kept: Ints) -> "Weighed":
        """Some of the pairs."""
        one = self.scores
        scores = Scores(
            one.match[kept], one.relative[kept], one.stranger[kept], one.against[kept]
        )
        return Weighed(self.asked[kept], self.other[kept], scores, self.little)


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
            homes: only pairs that clustering may join (``least``); ``little`` has
                these, all records of their parties, and perhaps others.
        """
        delta = self._delta
        made = self._prepared(asked)
        own = self._rows(made.ids)
        which, row = candidates(delta, keys_of(made.features), own, self._fits)
        if len(made.instead):
            kept = ~np.isin(row, made.instead)
            which, row = which[kept], row[kept]
        if not homes:
            return self._told(made, self._weighed(made, (which, row), _NOBODY))
        parties = np.unique(delta.traits(row)[:, 3])
        few = delta.homes.sizes(parties) <= BESIDE
        members = delta.members(parties[parties >= 0])[1] if few else _NOBODY
        found = self._weighed(made, (which, row), np.setdiff1d(members, made.instead))
        floor = least(made.features)[found.asked]
        likely = found.where(np.flatnonzero(found.scores.odds > floor))
        return self._told(made, likely if few else self._at_home(made, likely))

    def _at_home(self, asked: Asked, found: Weighed) -> Weighed:
        """The pairs among all records of the parties concerned, and no others."""
        delta, rows = self._delta, found.little.rows[found.other]
        parties = np.unique(found.little.party[found.other])
        _, members = delta.members(parties[parties >= 0])
        every = np.setdiff1d(np.append(rows, members), asked.instead)
        return replace(
            found,
            other=np.searchsorted(every, rows) + len(asked),
            little=little(delta, self.model, asked, every),
        )

    def near_of(self, records: Sequence[str]) -> Near:
        """Weigh records of the index against all that share a key with them."""
        delta, nobody = self._delta, self._nobody()
        rows = self._rows(records)
        rows = rows[rows >= 0]
        mine = little(delta, self.model, nobody, rows)
        pairs = candidates(delta, keys_of(mine.features), rows, self._fits)
        return self._told(nobody, self._weighed(nobody, pairs, rows))

    def against(self, asked: Rows, parties: Sequence[str]) -> Near:
        """Weigh records from outside against all records of some parties."""
        made = self._prepared(asked)
        delta = self._delta
        known = np.array([delta.homes.number(one) for one in parties], dtype=np.int64)
        _, rows = delta.members(known)
        rows = np.setdiff1d(rows, made.instead)
        which = np.repeat(np.arange(len(made)), len(rows))
        pairs = which, np.tile(rows, len(made))
        return self._told(made, self._weighed(made, pairs, _NOBODY))

    def little(self, records: Sequence[str], asked: Rows | None = None) -> Little:
        """A scorer of some records among themselves, the asked ones first."""
        made = self._nobody() if asked is None else self._prepared(asked)
        rows = self._rows(records)
        rows = rows[(rows >= 0) & ~np.isin(rows, made.instead)]
        return little(self._delta, self.model, made, rows)

    def members(self, parties: Sequence[str]) -> list[list[str]]:
        """The records of each party."""
        known = [self._delta.homes.number(one) for one in parties]
        which, rows = self._delta.members(np.array(known, dtype=np.int64))
        found: list[list[str]] = [[] for _ in parties]
        for at, one in zip(listed(which), self._delta.records(rows), strict=True):
            found[at].append(one)
        return found

    def renewed(self) -> Model:
        """The model with its prior as parties are now (``weights.priors``)."""
        every = np.arange(self._delta.rows)
        party = self._delta.traits(every[~self._delta.is_gone(every)])[:, 3]
        party = party[party >= 0]
        return renewed(self.model, matched(party), len(party))

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

    def _weighed(self, asked: Asked, pairs: tuple[Ints, Ints], more: Ints) -> Weighed:
        """Weigh pairs of an asked record and a row.

        Args:
            asked: records from outside, or none.
            pairs: which asked record (of ``more``, where nobody is from outside), and
                the row of the other.
            more: rows to put beside them; the first ones where nobody is from outside.
        """
        which, row = pairs
        rows, place = beside(row, more)
        made = little(self._delta, self.model, asked, rows)
        other = place + len(asked)
        scorer = made.brief(asked.features) if len(asked) else made.scorer
        return Weighed(which, other, scorer.score(which, other), made)

    def _told(self, asked: Asked, found: Weighed) -> Near:
        """The pairs with names."""
        made = found.little
        party = self._delta.homes.ids(made.party[found.other])
        return Near(
            asked=found.asked,
            other=found.other,
            record=[made.ids[one] for one in listed(found.other)],
            party=party,
            scores=found.scores,
            little=made,
            hubs=hubs(self._delta, asked),
            watermark=self.watermark,
            replaces=len(asked.instead) > 0,
        )
