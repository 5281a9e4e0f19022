"""What single records say, read around them: values beside how they were written."""

from collections.abc import Iterable, Sequence

from graph.model import Texts
from graph.schema import FRAUD_KINDS
from graph.store import GraphStore
from intelligence.identity.explaining import Said
from intelligence.jobs.membership import ordered


class Telling:
    """What some records say, all of their versions, the latest first."""

    def __init__(self, store: GraphStore, records: Iterable[str]) -> None:
        asked = sorted(set(records))
        told = [ordered(one)[::-1] for one in store.versions(asked)]
        self._values = dict(
            zip(asked, (_merged([v.value for v in one]) for one in told), strict=True)
        )
        self._raw = dict(
            zip(asked, (_merged([v.raw for v in one]) for one in told), strict=True)
        )

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


def _merged(versions: Sequence[Texts]) -> Texts:
    found: dict[str, dict[str, None]] = {}
    for said in versions:
        for name, texts in said.items():
            found.setdefault(name, {}).update(dict.fromkeys(t for t in texts if t))
    return {name: list(texts) for name, texts in found.items() if texts}
