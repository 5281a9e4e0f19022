"""Plain numbers of a region's own numbering plan, read the short way.

``phonenumbers.parse`` finds its way through whatever people write. Bare digits, with or
without the country's code, need only a part of it, and what that part does can be
checked beforehand: where one step more could matter, the answer here is None and the
library reads the number. Both give the same (``tests/property/test_numbering.py``).
"""

import re
from dataclasses import dataclass
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberType
from phonenumbers.phonemetadata import PhoneNumberDesc

_NEVER = r"(?!)"
_GROUP = "type"


@dataclass(frozen=True)
class Plan:
    """What a region's numbers look like.

    Attributes:
        code: digits of the country's code.
        trunk: digits dialled before a number at home; "" for none.
        abroad: what begins a number abroad.
        number: all of a number without code and trunk.
        lengths: that such a number may have.
        types: the same, a group for each of the library's types, in its order.
    """

    code: str
    trunk: str
    abroad: re.Pattern[str]
    number: re.Pattern[str]
    lengths: frozenset[int]
    types: re.Pattern[str]

    def significant(self, digits: str) -> str | None:
        """The number without code and trunk; None where that takes a closer look."""
        if digits.startswith("+"):
            if not digits.startswith(self.code, 1):
                return None
            rest = digits[1 + len(self.code) :]
        elif self.abroad.match(digits):
            return None
        elif digits.startswith(self.code):
            rest = digits[len(self.code) :]
            if self.number.fullmatch(digits):  # it may be a number without a code
                return None
        else:
            rest = digits.removeprefix(self.trunk)
        if rest.startswith(("0", self.trunk or "0")) or len(rest) not in self.lengths:
            return None
        return rest if self.number.fullmatch(rest) else None


def plain_number(digits: str, region: str) -> tuple[str, int] | None:
    """E.164 and the library's type of a valid number, or None for a closer look.

    Args:
        digits: ASCII digits, a plus before them perhaps.
        region: ISO 3166 code by which numbers without a country code are read.
    """
    plan = plan_of(region)
    rest = plan.significant(digits) if plan is not None else None
    if plan is None or rest is None:
        return None
    found = plan.types.fullmatch(rest)
    if found is None or found.lastgroup is None:
        return None
    return f"+{plan.code}{rest}", int(found.lastgroup.removeprefix(_GROUP))


@cache
def plan_of(region: str) -> Plan | None:
    """The plan of a region, None where the short way does not lead.

    That is where several regions share a code, or what is dialled before a number at
    home is more than some digits that are always left out.
    """
    found = PhoneMetadata.metadata_for_region(region, None)
    if found is None or found.country_code is None or found.general_desc is None:
        return None
    if COUNTRY_CODE_TO_REGION_CODE[found.country_code] != (region,):
        return None
    code, trunk = str(found.country_code), found.national_prefix_for_parsing or ""
    shorter = (int(code[:length]) for length in range(1, len(code)))
    if any(one in COUNTRY_CODE_TO_REGION_CODE for one in shorter):
        return None
    if found.national_prefix_transform_rule or not (trunk.isdecimal() or not trunk):
        return None
    return Plan(
        code=code,
        trunk=trunk,
        abroad=re.compile(found.international_prefix or _NEVER),
        number=re.compile(found.general_desc.national_number_pattern or _NEVER),
        lengths=frozenset(found.general_desc.possible_length),
        types=re.compile(_types(found)),
    )


def _types(known: PhoneMetadata) -> str:
    """What tells the types of a region's numbers apart.

    The order is that of ``phonenumbers.number_type``, which tries one after the other.
    """
    fixed, mobile = _pattern(known.fixed_line), _pattern(known.mobile)
    both = (
        fixed if known.same_mobile_and_fixed_line_pattern else rf"(?={mobile}\Z){fixed}"
    )
    kinds = (
        (PhoneNumberType.PREMIUM_RATE, _pattern(known.premium_rate)),
        (PhoneNumberType.TOLL_FREE, _pattern(known.toll_free)),
        (PhoneNumberType.SHARED_COST, _pattern(known.shared_cost)),
        (PhoneNumberType.VOIP, _pattern(known.voip)),
        (PhoneNumberType.PERSONAL_NUMBER, _pattern(known.personal_number)),
        (PhoneNumberType.PAGER, _pattern(known.pager)),
        (PhoneNumberType.UAN, _pattern(known.uan)),
        (PhoneNumberType.VOICEMAIL, _pattern(known.voicemail)),
        (PhoneNumberType.FIXED_LINE_OR_MOBILE, both),
        (PhoneNumberType.FIXED_LINE, fixed),
        (PhoneNumberType.MOBILE, mobile),
    )
    return "|".join(f"(?P<{_GROUP}{type_}>{pattern})" for type_, pattern in kinds)


def _pattern(described: PhoneNumberDesc | None) -> str:
    """All of a number of some type, by its length and its digits."""
    if described is None or not described.national_number_pattern:
        return _NEVER
    lengths = "|".join(rf"\d{{{length}}}" for length in described.possible_length)
    measured = rf"(?=(?:{lengths})\Z)" if lengths else ""
    return f"{measured}(?:{described.national_number_pattern})"
