"""Plain numbers read the short way are what the library reads them as."""

from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata

from ingest.normalize.numbering import plain_number, plan_of
from ingest.normalize.phones import parse_phone, phones

REGIONS = ["UA", "PL", "DE", "FR", "IT", "GE", "AM", "TR", "CN", "BR", "IL", "KE"]
WITHOUT = ["RU", "KZ", "US", "GB", "ZZ", ""]
"""Regions that share their country's code with others, or that are none."""


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str]:
    """A number of a region, as its example or a little beside it, and the region."""
    region = draw(st.sampled_from(REGIONS))
    known = PhoneMetadata.metadata_for_region(region)
    assert known is not None
    kinds = (known.fixed_line, known.mobile, known.toll_free, known.premium_rate)
    examples = [one.example_number for one in kinds if one and one.example_number]
    example = draw(st.sampled_from(examples))
    kept = draw(st.integers(0, len(example)))
    beside = draw(st.integers(-1, 1)) if draw(st.booleans()) else 0
    length = len(example) - kept + beside
    rest = draw(st.text("0123456789", min_size=max(length, 0), max_size=max(length, 0)))
    trunk = known.national_prefix or ""
    before = draw(
        st.sampled_from(["", trunk, "+", f"+{trunk}", "00", "8", trunk + trunk])
    )
    code = str(known.country_code) if before in {"+", "00"} else ""
    code = draw(st.sampled_from([code, code, str(known.country_code)]))
    return f"{before}{code}{example[:kept]}{rest}", region


@settings(max_examples=600)
@given(written())
def test_the_short_way_and_the_library_say_the_same(number: tuple[str, str]) -> None:
    text, region = number
    found = plain_number(text, region)
    plainly = parse_phone(text, region)
    flags = (*plainly.flags, plainly.kind)
    if found is not None:
        assert (found[0], ()) == (plainly.value, plainly.flags)
    if plainly.value is not None and plainly.extension is None:
        assert phones([text], region) == ([plainly.value], [flags])


def test_what_people_write_takes_the_short_way() -> None:
    for text in ("0671234567", "+380671234567", "380671234567", "0441234567"):
        assert plain_number(text, "UA") is not None
    assert plain_number("80671234567", "UA") is None
    assert plain_number("+79161234567", "UA") is None


def test_regions_that_share_a_code_have_no_short_way() -> None:
    assert [plan_of(region) for region in WITHOUT] == [None] * len(WITHOUT)
    short = {region for region in REGIONS if plan_of(region) is not None}
    assert short == set(REGIONS) - {"BR", "CN", "IT"}
