"""Who is who among the records of a table: the batch engine's front."""

from dataclasses import dataclass, field

import numpy as np
from msgspec.structs import replace

from graph.progress import Progress, silent
from intelligence.arrays import Floats, Ints
from intelligence.identity.blocking.blocking import Blocks, blocks
from intelligence.identity.blocking.key_kinds import names
from intelligence.identity.blocking.keys import key_columns
from intelligence.identity.clustering.attaching import (
    among,
    attached,
    bare,
    shares,
    telling,
)
from intelligence.identity.clustering.calibrating import believed, doubted
from intelligence.identity.clustering.clustering import Kept, components, linked
from intelligence.identity.clustering.components import Pairs
from intelligence.identity.clustering.copies import Copies
from intelligence.identity.clustering.labels import renumbered
from intelligence.identity.clustering.pooling import belonging, merged
from intelligence.identity.clustering.weighing import (
    ScoredPairs,
    likely,
    scored,
    weighed,
    weighed_again,
)
from intelligence.identity.columns.table import RecordTable
from intelligence.identity.comparisons.preparing import features
from intelligence.identity.reviewing.doubts import Doubts, Found, doubts
from intelligence.identity.weights import yields
from intelligence.identity.weights.em import Sample, learn
from intelligence.identity.weights.fit import Levels, levels
from intelligence.identity.weights.model import LeftOut, Model
from intelligence.identity.weights.priors import matched
from intelligence.identity.weights.scoring import Scorer

METHOD = "fellegi-sunter-3"
LEARNED = 150_000
"""Pairs to learn from, at most."""

LEAST = -8.0
"""Pairs of lower log odds are forgotten once compared."""


@dataclass(frozen=True)
class Settings:
    """How to resolve; ingredients can be switched off to see their worth.

    Attributes:
        threads: how many; the outcome is the same for any.
        secret: key of the hashes of values in models, at most 64 bytes.
        keep_pairs: return the compared pairs that are not plainly strangers.
        keep_above: return compared pairs of this probability and more instead; 0 for
            all of them, which takes memory.
        without: names of ingredients to leave out, of ``INGREDIENTS``.
    """

    threads: int = 1
    secret: bytes = b""
    keep_pairs: bool = False
    keep_above: float | None = None
    without: frozenset[str] = frozenset()

    @property
    def returns_pairs(self) -> bool:
        """Whether compared pairs are asked for."""
        return self.keep_pairs or self.keep_above is not None

    @property
    def least(self) -> float:
        """Log odds below which a compared pair is forgotten."""
        if self.keep_above is None:
            return LEAST
        odds = (
            np.log(self.keep_above / (1 - self.keep_above))
            if self.keep_above
            else -np.inf
        )
        return min(LEAST, float(odds))


INGREDIENTS = (
    "relative", "term_frequencies", "script_keys", "diminutives", "one_deletion",
    "many_keys", "yields", "swaps", "holders", "source", "pooling", "conflicts",
    "calibration",
)  # fmt: skip


@dataclass(frozen=True)
class Decided:
    """What people decided, as rows of the table."""

    same: Pairs = field(default_factory=Pairs.none)
    different: Pairs = field(default_factory=Pairs.none)

    @property
    def rows(self) -> Ints:
        """The records decided on."""
        same, different = self.same, self.different
        if not len(same.left) and not len(different.left):
            return same.left
        return np.unique(
            np.concatenate([same.left, same.right, different.left, different.right])
        )


@dataclass(frozen=True)
class Report:
    """What a run found and what it doubts.

    Attributes:
        compared: pairs compared.
        nothing: records without any identifying attribute; each stays alone.
        notes: sentences for the user: what was learned from too few pairs and so on.
    """

    compared: int
    nothing: int
    notes: list[str]


@dataclass(frozen=True)
class Resolution:
    """Who is who.

    Attributes:
        cluster: of each record: the least row of its party, shape (n,).
        probability: that the record belongs to its party, 0 to 1; 1 for a party of
            one.
        pairs: where ``Settings.keep_pairs`` asks: all compared pairs with log odds of
            a match above -8.
        model: bytes of the model (``model.Model.from_bytes``).
        report: what was found.
        doubts: what is worth asking people, where ``stakes`` were given.
        levels: how pairs of one party compared, where ``stakes`` were given.
    """

    cluster: Ints
    probability: Floats
    pairs: ScoredPairs | None
    model: bytes
    report: Report
    doubts: Doubts | None = None
    levels: Levels | None = None


def resolve(
    table: RecordTable,
    *,
    decided: Decided | None = None,
    model: bytes | None = None,
    settings: Settings | None = None,
    stakes: Floats | None = None,
    progress: Progress = silent,
) -> Resolution:
    """Find which records of a table are of one party.

    Args:
        table: the records, one row each.
        decided: what people decided; stands whatever the evidence.
        model: of an earlier run, to weigh by, which also tells which blocks to leave
            out if that run left any out; None: learned from the table.
        settings: see there.
        stakes: what moves with each record, shape (n,); with them, the questions that
            are worth asking people are found.
        progress: told how far it is.
    """
    chosen = settings or Settings()
    stands = decided or Decided()
    given = Model.from_bytes(model) if model else None
    ready = features(
        table,
        chosen.secret,
        script_keys=_script(given, chosen),
        diminutives="diminutives" not in chosen.without,
    )
    copies = Copies.of(ready, stands.rows)
    found = blocks(len(table), copies.silenced(key_columns(ready, chosen.without)))
    some = yields.drawn(found)
    rows = telling(ready, copies.compared)
    weights = given or learn(ready, _sample(some, rows), chosen.without)
    scorer = Scorer(weights, ready, holders="holders" not in chosen.without)
    left_out = _left_out(scorer, (found, some), given, chosen)
    found = yields.without(found, names(chosen.without), left_out)
    kept, pairs = weighed(scorer, found, chosen.least, chosen.threads, progress)
    if given is None and "calibration" not in chosen.without:
        weights = _believed(scorer, kept, stands)
        scorer = Scorer(weights, ready, holders="holders" not in chosen.without)
        kept = weighed_again(scorer, kept)
    cluster = clustered(scorer, kept, stands, chosen)
    cluster = renumbered(copies.rejoined(scorer, cluster))
    if given is None:
        weights = replace(weights, left_out=left_out, matched=matched(cluster))
    sure = certainty(scorer, cluster, stands)
    report = Report(pairs, int((~copies.keyed).sum()), list(weights.notes))
    pairs_scored = scored(scorer, kept) if chosen.returns_pairs else None
    if stakes is None:
        return Resolution(cluster, sure, pairs_scored, weights.to_bytes(), report)
    seen = Found(cluster, sure, kept, stands.different)
    asked = doubts(scorer, table.ids, seen, stakes)
    alike = levels(scorer, cluster, np.arange(len(table)))
    return Resolution(
        cluster, sure, pairs_scored, weights.to_bytes(), report, asked, alike
    )


def _script(given: Model | None, chosen: Settings) -> bool | None:
    if given is not None:
        return given.script_keys
    return False if "script_keys" in chosen.without else None


def _left_out(
    scorer: Scorer,
    drawn_from: tuple[Blocks, yields.Drawn],
    given: Model | None,
    chosen: Settings,
) -> tuple[LeftOut, ...]:
    """Blocks that are not worth their pairs: by the model given, or as found here."""
    found, some = drawn_from
    if given is not None and given.left_out:
        return given.left_out
    if "yields" in chosen.without or some.whole:
        return ()
    likelihood = likely(scorer, some.left, some.right)
    return yields.worthless(found, some, likelihood, names(chosen.without))


def _sample(some: yields.Drawn, rows: Ints) -> Sample:
    """Pairs to learn from, among some rows."""
    kept = np.isin(some.left, rows) & np.isin(some.right, rows)
    left, right = some.left[kept], some.right[kept]
    scale = some.scale * max(1.0, len(left) / LEARNED)
    return Sample(left[:LEARNED], right[:LEARNED], scale, rows)


def _believed(scorer: Scorer, kept: Kept, stands: Decided) -> Model:
    """The model calibrated, by clusters around some of the pairs in doubt."""
    rows = np.arange(scorer.features.rows)
    pairs = doubted(kept)
    label = components(len(rows), kept, stands.same)
    near = np.zeros(len(rows), dtype=np.bool_)
    near[label[pairs.left]] = near[label[pairs.right]] = True
    label = np.where(near[label], label, rows)
    cluster = linked(scorer, label, stands.same, stands.different)
    return scorer.model.stretched(believed(scorer, cluster, pairs))


def clustered(scorer: Scorer, kept: Kept, stands: Decided, chosen: Settings) -> Ints:
    """Parties of the rows of a scorer: by linkage, then by pooled evidence.

    Records that say nothing of one party's own come last: to the only party that fits,
    or to each other where none does. Increments call it for the few records that news
    touch.
    """
    lone = bare(scorer.features)
    lone[stands.rows] = False
    label = renumbered(_joined(scorer, among(kept, ~lone), stands, chosen))
    if not lone.any():
        return label
    label, doubtful = attached(label, shares(scorer, label, kept, lone))
    left = lone & (label == np.arange(len(label))) & ~doubtful
    if not left.any():
        return label
    rest = renumbered(_joined(scorer, among(kept, left), Decided(), chosen))
    return np.where(left, rest, label)


def _joined(scorer: Scorer, kept: Kept, stands: Decided, chosen: Settings) -> Ints:
    label = components(scorer.features.rows, kept, stands.same)
    if "conflicts" not in chosen.without:
        label = linked(scorer, label, stands.same, stands.different)
    if "pooling" not in chosen.without:
        label = merged(scorer, label, kept, stands.different)
    return label


def certainty(
    scorer: Scorer, cluster: Ints, stands: Decided, rows: Ints | None = None
) -> Floats:
    """The probability of each row's party; 1 where people decided.

    Args:
        scorer: weighs the rows.
        cluster: of each row, shape (n,).
        stands: what people decided.
        rows: those wanted; None: all of them. Of others 1 is told.
    """
    lone = bare(scorer.features)
    lone[stands.rows] = False
    sure = belonging(scorer, cluster, lone, rows).round(6)
    kept = cluster[stands.same.left] == cluster[stands.same.right]
    sure[stands.same.left[kept]] = sure[stands.same.right[kept]] = 1.0
    return sure
