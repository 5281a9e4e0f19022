import pytest

from graph.writing.compare import same

JSON = frozenset({1})


@pytest.mark.parametrize(
    ("old", "new", "equal"),
    [
        ((1.0, None), (1.0 + 9e-7, None), True),
        ((1.0, None), (1.0 + 2e-6, None), False),
        ((1, None), (1.0 + 9e-7, None), True),
        ((1, None), (2, None), False),
        ((None, None), (0.0, None), False),
        (("a", None), ("b", None), False),
        ((0.5, '{"a":[0.5,"x"]}'), (0.5, '{"a":[0.5000001,"x"]}'), True),
        ((0.5, '{"a":[0.5,"x"]}'), (0.5, '{"a":[0.6,"x"]}'), False),
        ((0.5, '{"a":[0.5,"x"]}'), (0.5, '{"a":[0.5]}'), False),
        ((0.5, '{"a":1}'), (0.5, '{"b":1}'), False),
        ((0.5, '{"a":1}'), (0.5, '{"a":true}'), False),
        ((0.5, '{"a":1}'), (0.5, '{"a":1.0}'), True),
        ((0.5, '{"a":1}'), (0.5, None), False),
        ((0.5, '["1.0"]'), (0.5, '["1.0000001"]'), False),
    ],
)
def test_what_only_rounds_differently_is_the_same(
    old: tuple[object, ...], new: tuple[object, ...], *, equal: bool
) -> None:
    assert same(old, new, JSON) == equal
    assert same(new, old, JSON) == equal


def test_text_beside_json_is_compared_as_it_is() -> None:
    assert not same(('{"a":1}',), ('{"a":1.0}',))
