"""What holds for any text at all."""

from hypothesis import given
from hypothesis import strategies as st

from graph.text import fold, query_terms, search_tokens, skeleton, tokens, unmix

ALPHABETS = st.one_of(
    st.text(max_size=60),
    st.text(
        alphabet="АаЕеЁёЇїЙйґҐъьщаbcdzhskхXy'’\u02bc \u0306\u0308\u0301", max_size=40
    ),
)


@given(ALPHABETS)
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ALPHABETS)
def test_fold_forgets_case(text: str) -> None:
    assert fold(fold(text).upper()) in {fold(text), fold(fold(text).upper().lower())}


@given(ALPHABETS)
def test_tokens_and_keys_are_words(text: str) -> None:
    for word in tokens(text):
        assert word.isalnum()
        key = skeleton(word)
        assert key == "" or key.isalnum()
    assert all(token.isalnum() for token in search_tokens([text]))


@given(ALPHABETS)
def test_every_text_finds_itself(text: str) -> None:
    index = set(search_tokens([text]))
    assert all(term in index for pair in query_terms(text) for term in pair)


@given(st.text(max_size=20))
def test_unmix_is_idempotent_and_keeps_length(word: str) -> None:
    mended, _ = unmix(word)
    assert unmix(mended)[0] == mended
    assert len(mended) == len(word)


def test_very_long_texts_are_folded() -> None:
    for text in ("ё" * 10_000, "a\u0301" * 10_000, "щ" * 10_000, "iiiio" * 2_000):
        assert fold(fold(text)) == fold(text)
        assert skeleton(text)
        assert search_tokens([text])
