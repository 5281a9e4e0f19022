"""Pieces of the town for any input: errors, check digits, times, quoting."""

import csv
import uuid
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.town.contacts import iban_text
from ingest.town.draw import mix, mix_one, stream, weighted
from ingest.town.identities import ean13, salesforce_ids
from ingest.town.noise import digit_typo, homoglyph, typo
from ingest.town.rates import _distance
from ingest.town.translit import loose_latin, naive_ru, ru_latin, uk_latin
from ingest.town.write import csv_cells, offset_hours, uuids

DRAWS = st.floats(0, 1, exclude_max=True)
WORDS = st.text(
    alphabet="абвгдеєжзиіїйклмнопрстуфхцчшщьюяАБВГ", min_size=3, max_size=20
)
CYRILLIC = st.text(alphabet="абвгґдеєёжзиіїйклмнопрстуфхцчшщьъыэюяʼ", max_size=20)


@given(WORDS, DRAWS)
def test_a_typo_is_one_slip(word: str, draw: float) -> None:
    assert _distance(word.lower(), typo(word, draw).lower()) <= 1


@given(st.from_regex(r"\+380[0-9]{9}", fullmatch=True), DRAWS)
def test_a_digit_typo_keeps_the_shape(number: str, draw: float) -> None:
    wrong = digit_typo(number, draw)
    assert len(wrong) == len(number)
    assert wrong[:4] == number[:4]
    assert sum(a != b for a, b in zip(number, wrong, strict=True)) == 1


@given(WORDS, DRAWS)
def test_homoglyphs_look_the_same_and_keep_the_first_letter(
    word: str, draw: float
) -> None:
    twin = homoglyph(word, draw)
    assert len(twin) == len(word)
    assert twin[0] == word[0]


@given(CYRILLIC)
def test_transliterations_are_plain_letters(word: str) -> None:
    assert uk_latin(word).isascii()
    assert ru_latin(word).isascii()
    assert loose_latin(word).isascii()
    assert not set(naive_ru(word)) & set("іїєґ")


@given(st.integers(0, 10**7))
def test_ibans_pass_the_check(account: int) -> None:
    iban = iban_text(account, [305299, 322001])
    assert len(iban) == 29
    digits = "".join(str(int(char, 36)) for char in iban[4:] + iban[:4])
    assert int(digits) % 97 == 1


@given(st.integers(0, 10**12 - 1))
def test_cards_pass_the_check(number: int) -> None:
    code = [int(digit) for digit in ean13(number)]
    assert len(code) == 13
    assert (sum(code[::2]) + 3 * sum(code[1::2])) % 10 == 0


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=2, unique=True))
def test_record_ids_differ_even_without_case(numbers: list[int]) -> None:
    one, other = salesforce_ids("003", np.array(numbers))
    assert len(one) == 18
    assert one.lower() != other.lower()


@given(st.integers(1_000_000_000_000, 2_000_000_000_000))
def test_offsets_are_kyiv_s(at: int) -> None:
    when = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo("Europe/Kyiv"))
    offset = when.utcoffset()
    assert offset is not None
    assert offset_hours(np.array([at]))[0] * 3600 == offset.total_seconds()


@given(st.lists(st.integers(0, 2**62), min_size=1, unique=True))
def test_uuids_are_of_version_four(values: list[int]) -> None:
    found = [uuid.UUID(text) for text in uuids(np.array(values), 1)]
    assert {one.version for one in found} == {4}
    assert len(set(found)) == len(values)


@given(st.lists(st.text(max_size=20), min_size=1))
def test_cells_are_read_back(values: list[str]) -> None:
    line = ",".join(csv_cells(values))
    if line and "\x00" not in line:
        assert next(csv.reader([line], strict=True)) == values


@given(st.integers(0, 2**62), st.integers(0, 2**62))
def test_mixing_one_is_mixing_many(value: int, salt: int) -> None:
    assert mix_one(value, salt) == int(mix(np.array([value], np.int64), salt)[0])


@given(st.integers(0, 2**32), st.lists(st.floats(0, 10), min_size=2, max_size=9))
def test_nothing_without_weight_is_drawn(seed: int, shares: list[float]) -> None:
    if sum(shares) < 1e-6:
        return
    drawn = weighted(stream(seed, "test"), shares, 200)
    assert all(shares[index] > 0 for index in drawn.tolist())
