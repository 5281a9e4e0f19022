"""Names of organizations: words by sound in any order, legal forms left out."""

from collections.abc import Mapping

from intelligence.identity.comparisons.comparison import Batch, Comparison, graded
from intelligence.identity.fields import Field, Maker
from intelligence.identity.names import organization_key
from intelligence.identity.packed import LENGTH, Levels

_LIKE, _SOMEWHAT, _START = 0.92, 0.8, 6


def _fields(make: Maker) -> Mapping[str, Field]:
    """A person's organization is an employer, which is no name of the person."""
    if not make.has("organization.name") or not make.table.organization.any():
        return {}
    said = make.only(make.field("organization.name"), organization=True)
    name = said.map(lambda text: organization_key(text[: 8 * LENGTH]))
    return {
        "organization": name,
        "organization.start": name.map(lambda text: text[:_START]),
    }


def _compare(batch: Batch) -> Levels:
    return graded(batch.likeness("organization"), _LIKE, _SOMEWHAT)


ORGANIZATION_NAME = Comparison(
    "organization's name", ("same words", "alike", "somewhat alike", "different"),
    _fields, _compare,
    wide="organization", term="organization", relatives=0.1, capped=2, personal=True,
)  # fmt: skip
