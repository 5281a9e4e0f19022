"""Who is who among the records of a table: the batch engine's front."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from graph.progress import Progress, silent
from intelligence.arrays import Floats, Ints, codes
from intelligence.identity.components import Pairs, Traits, join
from intelligence.identity.names import family_key, given_key
from intelligence.identity.table import RecordTable

METHOD = "fellegi-sunter-3"


@dataclass(frozen=True)
class Settings:
    """How to resolve; ingredients can be switched off to see their worth.

    Attributes:
        threads: how many; the outcome is the same for any.
        keep_pairs: return the compared pairs that are not plainly strangers.
        without: names of ingredients to leave out, of ``INGREDIENTS``.
    """

    threads: int = 1
    keep_pairs: bool = False
    without: frozenset[str] = frozenset()


INGREDIENTS = (
    "relative", "term_frequencies", "script_keys", "diminutives", "one_deletion",
    "many_keys", "swaps", "holders", "source", "pooling", "conflicts",
)  # fmt: skip


@dataclass(frozen=True)
class Decided:
    """What people decided, as rows of the table."""

    same: Pairs = field(default_factory=Pairs.none)
    different: Pairs = field(default_factory=Pairs.none)


@dataclass(frozen=True)
class ScoredPairs:
    """Pairs of rows, left < right, with log scores of each class, shape (p,) each.

    ``match - logaddexp(relative, stranger)`` is the log odds of a match; without
    ``relative``, those of the model of two classes.
    """

    left: Ints
    right: Ints
    match: Floats
    relative: Floats
    stranger: Floats

    @property
    def probability(self) -> Floats:
        """Of a match, 0 to 1."""
        other = np.logaddexp(self.relative, self.stranger)
        found: Floats = 1 / (1 + np.exp(np.clip(other - self.match, -700, 700)))
        return found


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
    """

    cluster: Ints
    probability: Floats
    pairs: ScoredPairs | None
    model: bytes
    report: Report


def resolve(
    table: RecordTable,
    *,
    decided: Decided | None = None,
    model: bytes | None = None,
    settings: Settings | None = None,
    progress: Progress = silent,
) -> Resolution:
    """Find which records of a table are of one party.

    Args:
        table: the records, one row each.
        decided: what people decided; stands whatever the evidence.
        model: of an earlier run, to weigh by; None: learned from the table.
        settings: see there.
        progress: told how far it is.
    """
    del model, settings
    stands = decided or Decided()
    rows = len(table)
    progress("resolve", 0, rows)
    given = _keys(table, "name.given", given_key)
    family = _keys(table, "name.family", family_key)
    order = np.lexsort((family, given))
    order = order[(given[order] >= 0) & (family[order] >= 0)]
    same = (given[order][1:] == given[order][:-1]) & (
        family[order][1:] == family[order][:-1]
    )
    links = Pairs(order[:-1][same], order[1:][same])
    birth = _keys(table, "birth.date", str)
    traits = Traits(given, birth, _keys(table, "tax_id", str), table.organization)
    cluster = join(traits, links, stands.same, stands.different)
    return Resolution(cluster, np.ones(rows), None, b"", Report(len(links.left), 0, []))


def _keys(table: RecordTable, attribute: str, key: Callable[[str], str]) -> Ints:
    found = table.values.get(attribute)
    said = (
        found.lists(len(table)) if found else [list[str]() for _ in range(len(table))]
    )
    return codes(key(one[0]) if one else "" for one in said)[0]
