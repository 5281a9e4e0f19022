"""What evidence weighs: an immutable table of numbers that names nobody.

A value's frequency is kept under its keyed hash, and only of values said ten times or
more; of the others a table counts its own.
"""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# (a number out of an array is a number to the compiler)

from functools import cached_property

import msgspec
import numba
import numpy as np
from msgspec.structs import replace

from graph.errors import InputError
from intelligence.arrays import Floats
from intelligence.identity.columns.packed import Hashes
from intelligence.identity.comparisons.registry import COMPARISONS
from intelligence.identity.weights.log_weights import LogWeights

VERSION = 1
FREQUENT = 10
"""Values said less often are in no model."""


class Weights(msgspec.Struct, frozen=True):
    """What one comparison weighs.

    Attributes:
        comparison: its name.
        levels: their names.
        match: probability of each level among pairs of one party.
        relative: among relatives.
        stranger: among strangers.
        mean_term: mean frequency of the values said, 0 where none is weighed.
        seen: expected pairs of one party by which it was learned.
        slope: how far its log weights can be believed; they are multiplied by it.
    """

    comparison: str
    levels: tuple[str, ...]
    match: tuple[float, ...]
    relative: tuple[float, ...]
    stranger: tuple[float, ...]
    mean_term: float
    seen: float
    slope: float = 1.0


class Terms(msgspec.Struct, frozen=True, dict=True):
    """How often frequent values are said.

    Attributes:
        total: of all values.
        hashes: of the frequent ones, sorted, 8 bytes each, little-endian.
        counts: of each, 8 bytes, a float.
    """

    total: float
    hashes: bytes
    counts: bytes

    def frequency(self, hashes: Hashes, local: Floats, grown: float = 1.0) -> Floats:
        """The frequency of values, 0 to 1, and 1 at the end for none.

        By the model; of what is rare, by the table at hand. A table larger than the
        model's tells all of them: it knows more, and what is rare there was counted
        among as many.

        Args:
            hashes: of the values, shape (v,).
            local: how often the table says each.
            grown: its records, as a multiple of those of the model's table.
        """
        found = np.empty(len(hashes) + 1)
        if grown > 1:
            _shares(local, self.total * grown, found)
            return found
        _frequencies((*self._table, self.total), (hashes, local), found)
        return found

    @cached_property
    def _table(self) -> tuple[Hashes, Floats]:
        known = np.frombuffer(self.hashes, dtype="<u8")
        return known, np.frombuffer(self.counts, dtype="<f8")


@numba.njit(cache=True, nogil=True)
def _shares(said: Floats, total: float, out: Floats) -> None:
    for at in range(len(said)):
        out[at] = min(said[at] / total, 1.0)
    out[-1] = 1.0


@numba.njit(cache=True, nogil=True)
def _frequencies(
    known: tuple[Hashes, Floats, float], asked: tuple[Hashes, Floats], out: Floats
) -> None:
    hashes, counts, total = known
    wanted, local = asked
    place = np.searchsorted(hashes, wanted)
    for at in range(len(wanted)):
        said = min(local[at], FREQUENT - 0.5)
        if place[at] < len(hashes) and hashes[place[at]] == wanted[at]:
            said = counts[place[at]]
        out[at] = min(said / total, 1.0)
    out[-1] = 1.0


class LeftOut(msgspec.Struct, frozen=True):
    """Blocks of one key that are not worth their pairs.

    Attributes:
        key: its name (``key_kinds.names``).
        least: records of the smallest of them.
        most: of the largest.
    """

    key: str
    least: int
    most: int


class Model(msgspec.Struct, frozen=True, dict=True):
    """All weights of a run.

    Attributes:
        version: of this layout.
        script_keys: whether words were compared by sound.
        priors: log probability that a random pair is of one party, of relatives, of
            strangers.
        weights: by comparison, in the order in which they are summed.
        terms: by comparison.
        notes: what was assumed rather than learned.
        records: of the table that it was learned from; 0 where that is not known.
        left_out: blocks that brought hardly a match that no others bring.
        matched: share of all pairs of records that were of one party when its priors
            were found; 0 where that is not known.
    """

    version: int
    script_keys: bool
    priors: tuple[float, float, float]
    weights: tuple[Weights, ...]
    terms: dict[str, Terms]
    notes: tuple[str, ...] = ()
    records: int = 0
    left_out: tuple[LeftOut, ...] = ()
    matched: float = 0.0

    def grown(self, records: int) -> float:
        """So many records as a multiple of those of the model's table."""
        return records / self.records if self.records else 1.0

    @property
    def slope(self) -> float:
        """How far its log weights can be believed."""
        return self.weights[0].slope if self.weights else 1.0

    @cached_property
    def logs(self) -> LogWeights:
        """The log weights of all levels, one row for each of ``weights``."""
        exact = {one.name: one.exact for one in COMPARISONS}
        return LogWeights.of(
            self.weights, [exact.get(one.comparison, 0) for one in self.weights]
        )

    def stretched(self, slope: float) -> "Model":
        """The same with all log odds multiplied."""
        scaled = slope * np.array(self.priors)
        one, two, three = (scaled - np.logaddexp.reduce(scaled)).tolist()
        weights = tuple(replace(one, slope=slope) for one in self.weights)
        return replace(self, weights=weights, priors=(one, two, three))

    def to_bytes(self) -> bytes:
        """The model as the store keeps it."""
        return msgspec.msgpack.encode(self)

    @staticmethod
    def from_bytes(data: bytes) -> "Model":
        """Read a model.

        Raises:
            InputError: not a model, or one of another version.
        """
        try:
            found = msgspec.msgpack.decode(data, type=Model)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise InputError("This is no identity model; resolve anew.") from error
        if found.version != VERSION:
            raise InputError(
                f"The identity model has version {found.version}, this program reads "
                f"{VERSION}; resolve anew."
            )
        return found
