"""The comparisons, in the order in which their weights are listed and summed."""

from intelligence.identity.comparisons.address import ADDRESS, POSTCODE, SITE, TOWN
from intelligence.identity.comparisons.birth_date import BIRTH_DATE
from intelligence.identity.comparisons.comparison import Comparison
from intelligence.identity.comparisons.family_name import FAMILY_NAME
from intelligence.identity.comparisons.given_name import GIVEN_NAME
from intelligence.identity.comparisons.identifiers import (
    ACCOUNT,
    DOCUMENT,
    EMAIL,
    PHONE,
    TAX_ID,
)
from intelligence.identity.comparisons.middle_name import MIDDLE_NAME
from intelligence.identity.comparisons.organization_name import ORGANIZATION_NAME
from intelligence.identity.comparisons.plain import (
    BIRTH_PLACE,
    OCCUPATION,
    SEX,
    SOURCE,
)

COMPARISONS: tuple[Comparison, ...] = (
    GIVEN_NAME, FAMILY_NAME, MIDDLE_NAME, BIRTH_DATE, TAX_ID, DOCUMENT, ACCOUNT, PHONE,
    EMAIL, ORGANIZATION_NAME, ADDRESS, SITE, POSTCODE, TOWN, BIRTH_PLACE, OCCUPATION,
    SEX, SOURCE,
)  # fmt: skip
