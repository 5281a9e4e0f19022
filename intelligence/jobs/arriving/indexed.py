"""The identity index as online resolution asks it."""

from collections.abc import Iterable, Sequence

import numpy as np

from intelligence.identity.engine import LEAST
from intelligence.identity.index import near as nearby
from intelligence.identity.online.port import Asked, Little, Near
from intelligence.identity.weights.model import Model
from intelligence.jobs.index import Index, Rows, rows_of


class Indexed:
    """An index of a store (``online.port.Index``).

    Args:
        index: opened.
    """

    def __init__(self, index: Index) -> None:
        self._index = index

    @property
    def watermark(self) -> int:
        """What it knows of the store."""
        return self._index.watermark

    def catch_up(self) -> None:
        """Take notice of all that the store holds now.

        Files that a new model has made useless are made anew first.
        """
        self._index.catch_up(whole=True)

    def follow(self, upto: int) -> None:
        """Take notice of what was written up to a transaction, if that is not too much.

        Args:
            upto: its number.
        """
        self._index.catch_up(upto=upto)

    def follow_some(self, upto: int) -> bool:
        """Take notice of one transaction; True when there are more."""
        return self._index.follow_some(upto)

    def take_in(self, records: Sequence[str]) -> None:
        """Take notice of some records as the store holds them now."""
        self._index.take_in(records)

    def note(self, seq: int, asked: Sequence[Asked], parties: Sequence[str]) -> None:
        """Take notice of what a transaction wrote, as its writer tells it."""
        self._index.note(seq, _rows(asked), parties)

    def rehearse(self, records: Sequence[str]) -> None:
        """Do once what news of some of its records take; it stays as it is."""
        self._index.rehearse(records)

    def renewed(self) -> Model:
        """The model with its prior as parties are now."""
        return self._index.renewed()

    def near(self, asked: Sequence[Asked]) -> Near:
        """Who comes near each one asked, the others asked among them."""
        near = self._index.near(_rows(asked), homes=True)
        found = _gathered(near, len(asked), range(len(near.record)))
        if len(asked) > 1:
            left, right = np.triu_indices(len(asked), 1)
            odds = near.little.scorer.score(left, right).odds
            for at in np.flatnonzero(odds > LEAST).tolist():
                one, other = int(left[at]), int(right[at])
                found[one].add(asked[other].id)
                found[other].add(asked[one].id)
        return Near(
            found,
            Little(near.little.ids, near.little.scorer),
            near.homes(),
            whole=not near.replaces,
        )

    def near_stored(self, records: Sequence[str]) -> Near:
        """The same for records that the index holds; nobody for one it lacks."""
        near = self._index.near_of(records)
        place = {key: at for at, key in enumerate(near.little.ids)}
        floor = nearby.least(near.little.features)[near.asked]
        likely = np.flatnonzero(near.scores.odds > floor).tolist()
        found = _gathered(near, len(near.little.ids), likely)
        return Near(
            [found[place[one]] if one in place else set() for one in records],
            Little(near.little.ids, near.little.scorer),
        )

    def little(self, asked: Sequence[Asked], records: Sequence[str]) -> Little:
        """The asked ones and some records that the index holds."""
        made = self._index.little(records, _rows(asked) if asked else None)
        return Little(made.ids, made.scorer)


def _gathered(near: nearby.Near, asked: int, pairs: Iterable[int]) -> list[set[str]]:
    """The other records of some pairs, by the record asked."""
    found: list[set[str]] = [set() for _ in range(asked)]
    for at in pairs:
        found[int(near.asked[at])].add(near.record[at])
    return found


def _rows(asked: Sequence[Asked]) -> Rows:
    return rows_of(
        [one.id for one in asked],
        [one.source for one in asked],
        [one.organization for one in asked],
        [one.said for one in asked],
    )
