"""Strict JSON: a quicker way reads bodies that are written plainly, and reads exactly what the strict way reads."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.parsing import Malformed, parse_json

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(values, st.booleans(), st.sampled_from([None, 2]), st.sampled_from([(",", ":"), (", ", ": ")]))
def test_every_way_of_writing_a_value_gives_the_value(
    value: Any, escaped: bool, indent: int | None, separators: tuple[str, str]
) -> None:
    raw = json.dumps(value, ensure_ascii=escaped, indent=indent, separators=separators).encode()
    read = parse_json(raw)
    assert read == value
    assert repr(read) == repr(value)


@pytest.mark.parametrize(
    "body",
    [
        '{"a":1,"a":2}',
        '{"a":1,"a":1}',
        '{"b":{"a":null,"a":null}}',
        '[{"a":"x","a":"x"}]',
        "[NaN]",
        "[-Infinity]",
        "[1e400]",
        "[01]",
        "[1,]",
        "1 2",
        "",
        "\ufeff{}",
        "1" * 5000,
        "[" * 100_000,
    ],
)
def test_what_json_leaves_to_taste_is_refused(body: str) -> None:
    with pytest.raises(Malformed):
        parse_json(body.encode())


def test_what_is_not_utf_8_is_refused() -> None:
    with pytest.raises(Malformed):
        parse_json(b'"\xff"')


@pytest.mark.parametrize(
    ("body", "value"),
    [("-0", 0), ("1E2", 100.0), ("1.50", 1.5), ('"\\u00e9"', "é"), ("9007199254740993.0", 9007199254740992.0)],
)
def test_numbers_and_letters_may_be_written_otherwise(body: str, value: Any) -> None:
    read = parse_json(body.encode())
    assert (type(read), read) == (type(value), value)
