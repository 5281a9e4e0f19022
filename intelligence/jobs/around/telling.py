"""What single records say, read around them: values beside how they were written."""

from collections.abc import Iterable

from graph.model import Texts
from graph.schema import FRAUD_KINDS
from graph.store import GraphStore
from intelligence.identity.columns.records import merged
from intelligence.identity.reviewing.explaining import Said
from intelligence.identity.stored import said_with
from intelligence.jobs.around.bearing import evidence
from intelligence.jobs.around.membership import ordered


class Telling:
    """What some records say and hold, as it is compared; the latest first.

    What a record says are attributes of its versions, and the identifiers it holds.

    Attributes:
        records: those that there are, by id.
    """

    def __init__(self, store: GraphStore, records: Iterable[str]) -> None:
        asked = sorted(set(records))
        found = dict(zip(asked, store.dossiers(asked), strict=True))
        held = evidence(store, {key: told.held for key, told in found.items()})
        self.records = {key: t.record for key, t in found.items() if t.record}
        self._values, self._raw = dict[str, Texts](), dict[str, Texts]()
        for key, told in found.items():
            versions = ordered(told.versions)
            values = merged([(one.observed_at, one.value) for one in versions])
            self._values[key] = said_with(values, held.get(key, ()))
            self._raw[key] = merged([(one.observed_at, one.raw) for one in versions])

    def both(self, left: str, right: str) -> list[Said]:
        """What two of them say, attribute by attribute."""
        sides = [self._values[left], self._values[right]]
        written = [self._raw[left], self._raw[right]]
        names = {name for texts in (*sides, *written) for name in texts}
        return [
            Said(
                attribute=name,
                left=sides[0].get(name, []),
                right=sides[1].get(name, []),
                left_raw=written[0].get(name, []),
                right_raw=written[1].get(name, []),
            )
            for name in sorted(names - set(FRAUD_KINDS))
        ]
