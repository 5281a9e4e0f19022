"""A few records as a table of their own, weighed as if all others stood around them."""
# pyright: reportUntypedFunctionDecorator=false

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numba
import numpy as np

from intelligence.arrays import Floats, Ints
from intelligence.identity.columns.fields import Features
from intelligence.identity.columns.packed import Hashes
from intelligence.identity.columns.table import Codes
from intelligence.identity.columns.word_sets import WordSets, rarity
from intelligence.identity.comparisons.comparison import Comparison
from intelligence.identity.comparisons.plain import SOURCE
from intelligence.identity.index.building import ORGANIZATION, bits
from intelligence.identity.index.delta import Delta
from intelligence.identity.index.layout import HOLDERS
from intelligence.identity.index.values import Gathered, Numbered
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Scorer
from intelligence.identity.weights.terms import people


@dataclass(frozen=True)
class Asked:
    """Records that come from outside.

    Attributes:
        ids: of the records, "" where there is none.
        said: what they say.
        features: prepared as the index's records were.
        source: numbers of the delta's sources, or higher ones.
        instead: rows of the index in whose place they stand, ascending.
    """

    ids: Sequence[str]
    said: Numbered
    features: Features
    source: Ints
    instead: Ints

    def __len__(self) -> int:
        return self.features.rows


@dataclass(frozen=True)
class Little:
    """A few records, the asked ones first.

    Attributes:
        ids: of the records.
        rows: in the index, -1 for asked ones.
        party: the number of each one's party, -1 for none.
        features: what they say.
        model: what evidence weighs.
        around: counts values among all records.
    """

    ids: list[str]
    rows: Ints
    party: Ints
    features: Features
    model: Model
    around: "Around"

    @cached_property
    def scorer(self) -> Scorer:
        """Weighs any pairs of them."""
        return _LittleScorer(self.model, self.features, self.around)

    def brief(self, asked: Features) -> Scorer:
        """Weighs pairs of which one is asked, only by what those say; as ``scorer``."""
        return self.scorer.only(asked.active | {SOURCE.name})


def little(delta: Delta, model: Model, asked: Asked, rows: Ints) -> Little:
    """Put records together.

    Args:
        delta: knows the index's records.
        model: to weigh by.
        asked: records from outside, or none.
        rows: of the index.
    """
    mine, count = asked.features, len(asked)
    stored = delta.codes(rows, asked.said.layout.wide)
    codes = np.concatenate([asked.said.codes, stored])
    traits = delta.traits(rows)
    gathered = delta.values.gathered(codes, asked.said)
    rank = delta.sources.ranks(asked.source, delta.traits(asked.instead)[:, 0])
    active = (delta.active | mine.active) - {SOURCE.name}
    features = Features(
        rows=len(codes),
        fields=gathered.fields,
        source=rank[np.concatenate([asked.source, traits[:, 0]])],
        initial=np.concatenate([mine.initial, traits[:, 2]]),
        script_keys=delta.base.manifest.script_keys,
        organization=np.concatenate([mine.organization, traits[:, 1]]),
        active=active | {SOURCE.name} if rank.max(initial=0) > 0 else active,
    )
    around = Around(delta, asked, gathered)
    around.weigh_words()
    nothing = np.full(count, -1)
    return Little(
        [*asked.ids, *delta.records(rows)],
        np.concatenate([nothing, rows]),
        np.concatenate([nothing, traits[:, 3]]),
        features,
        model,
        around,
    )


class Around:
    """How often all records together say the values of a few, and hold them.

    Attributes:
        known: frequencies of values by comparison, as far as they were asked for.
        records: how many they are, those asked about included.
    """

    def __init__(self, delta: Delta, asked: Asked, gathered: Gathered) -> None:
        self.known: dict[str, Floats | None] = {}
        self.records = delta.alive - len(asked.instead) + len(asked)
        self._delta, self._asked, self._gathered = delta, asked, gathered
        self._before = delta.counted(gathered.numbers)
        self._initials = delta.initials(gathered.numbers)
        self._said = self._before.copy()
        mine = gathered.codes[: len(asked)]
        place = mine + gathered.begin[asked.said.layout.field_of]
        np.add.at(self._said, place[mine >= 0], 1)
        gone = delta.codes(asked.instead) if len(asked.instead) else None
        self._gone = {} if gone is None else self._among(gone)
        for name, places in self._gone.items():
            np.subtract.at(self._said[gathered.span[name]], places, 1)

    def said(self, name: str) -> Ints:
        """How often each value of a field is said."""
        return self._said[self._gathered.span[name]]

    def held(self, comparison: Comparison) -> Floats:
        """By how many people each value of a term is held, as ``terms`` counts."""
        name = comparison.term
        span = self._gathered.span[name]
        mask = self._initials[span].copy()
        if len(self._gone.get(name, ())):
            left, numbers = np.unique(self._gone[name]), self._gathered.numbers[span]
            mask[left] = self._delta.held_by(numbers[left], self._asked.instead)
        mine = self._gathered.fields[name].codes[: len(self._asked)]
        _hold(mine, bits(self._asked.features.initial), mask)
        return people(mask, self.said(name), comparison.others)

    def _among(self, gone: Codes) -> dict[str, Ints]:
        """Where the values of the records that are replaced are, by field."""
        found: dict[str, Ints] = {}
        for name, columns in self._delta.values.layout.places.items():
            numbers = self._gathered.numbers[self._gathered.span[name]]
            said = gone[:, columns]
            said = said[said >= 0]
            order = np.argsort(numbers)
            place = np.searchsorted(numbers, said, sorter=order)
            inside = place < len(numbers)
            inside[inside] = numbers[order[place[inside]]] == said[inside]
            found[name] = order[place[inside]]
        return found

    def weigh_words(self) -> None:
        """Weigh the words of organizations' names by all names there are."""
        field = self._gathered.fields.get(ORGANIZATION)
        if field is None or not field.texts:
            return
        said = self.said(ORGANIZATION) > 0
        before = self._before[self._gathered.span[ORGANIZATION]] > 0
        change = said.astype(np.int64) - before
        more: dict[str, int] = {}
        for at in np.flatnonzero(change).tolist():
            for word in WordSets.words_of(field.texts[at]):
                more[word] = more.get(word, 0) + int(change[at])

        def weigh(words: Sequence[str]) -> Floats:
            held = self._delta.words_held(words)
            held += np.array([more.get(word, 0) for word in words], dtype=np.int64)
            return rarity(
                self._delta.names + int(change.sum()), held.astype(np.float64)
            )

        vars(field)["words"] = WordSets.of(field.texts, weigh)


@numba.njit(cache=True, nogil=True)
def _hold(codes: Codes, initial: Hashes, mask: Hashes) -> None:
    """Note the initials of those who say values, as bits, beside others'."""
    for row in range(codes.shape[0]):
        for slot in range(codes.shape[1]):
            if codes[row, slot] >= 0:
                mask[codes[row, slot]] |= initial[row]


class _LittleScorer(Scorer):
    """A scorer that counts values in the whole index."""

    def __init__(self, model: Model, features: Features, around: Around) -> None:
        self._around = around
        super().__init__(model, features)

    def _frequency(self, comparison: Comparison, holders: bool) -> Floats | None:  # noqa: FBT001 - as its base
        known = self._around.known
        if comparison.name not in known:
            known[comparison.name] = super()._frequency(comparison, holders)
        return known[comparison.name]

    @property
    def records(self) -> int:
        """How many there are in the whole index, with those asked about."""
        return self._around.records

    def local(self, comparison: Comparison, *, holders: bool) -> Floats:
        """How often each value of a comparison's term is said, by code."""
        if holders and comparison.holders and comparison.term in HOLDERS:
            return self._around.held(comparison)
        return self._around.said(comparison.term).astype(np.float64)
