"""What was said, understood: canonical values and the identifiers in them.

The same visitor says the same things at each sign-in, so what was understood lately is
remembered. What is given out is shared and must not be changed.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ingest.facts.attributes import declared_orders, identifiers
from ingest.normalize.registry import Normalized, normalize
from ingest.settings import IngestSettings

REMEMBERED = 10_000
"""Sets of attributes, at most."""

LONGEST = 1_000
"""Characters of a set that is remembered, at most."""


class Understood(NamedTuple):
    """What a set of raw attributes says.

    Attributes:
        said: its canonical values.
        borne: (kind, value) of its identifiers.
    """

    said: Normalized
    borne: list[tuple[str, str]]


class Understanding:
    """Understands raw attributes by the settings of an ingest."""

    def __init__(self, settings: IngestSettings) -> None:
        self._region = settings.region
        self._orders = declared_orders(settings.date_order)
        self._known: dict[tuple[object, ...], Understood] = {}

    def of(self, source: str, raw: Mapping[str, Sequence[str]]) -> Understood:
        """Canonical values of raw attributes, and their identifiers by source."""
        key: tuple[object, ...] = (source,)
        length = 0
        for name, texts in raw.items():
            key += (name, *texts, None)
            length += len(name) + sum(map(len, texts))
        known = self._known.get(key)
        if known is None:
            known = self._read(source, raw)
            if length <= LONGEST:
                if len(self._known) >= REMEMBERED:
                    self._known.clear()
                self._known[key] = known
        return known

    def borne(self, said: Normalized, source: str) -> list[tuple[str, str]]:
        """The identifiers of values that are canonical already."""
        return identifiers(said, source, self._region)

    def _read(self, source: str, raw: Mapping[str, Sequence[str]]) -> Understood:
        said = normalize(raw, region=self._region, orders=self._orders)
        return Understood(said, self.borne(said, source))
