"""Strict JSON: a quicker way reads bodies that are written plainly, and reads exactly what the strict way reads."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.format.strict_json import Malformed, parse_json

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


@dataclass(frozen=True)
class Written:
    """An object as someone may write it: its pairs in order, perhaps a key twice."""

    pairs: Sequence[tuple[str, Any]]


names = st.sampled_from(["a", "b", ":", "a:b", '"', "\\", "ä", ""])
texts = st.text(st.sampled_from('a:"\\ä{},'), max_size=4)
written = st.recursive(
    st.none() | st.integers(0, 9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(names, inner), max_size=4).map(Written),
    max_leaves=10,
)


def text_of(value: Any, spell: Callable[[str], str], colon: str) -> str:
    match value:
        case Written(pairs):
            return "{" + ",".join(spell(name) + colon + text_of(inner, spell, colon) for name, inner in pairs) + "}"
        case list():
            return "[" + ",".join(text_of(inner, spell, colon) for inner in value) + "]"
        case str():
            return spell(value)
        case _:
            return json.dumps(value)


def names_a_key_twice(value: Any) -> bool:
    match value:
        case Written(pairs):
            return len(dict(pairs)) < len(pairs) or any(names_a_key_twice(inner) for _, inner in pairs)
        case list():
            return any(map(names_a_key_twice, value))
        case _:
            return False


def in_escapes(text: str) -> str:
    return '"' + "".join(f"\\u{ord(letter):04x}" for letter in text) + '"'


@given(
    written,
    st.sampled_from([json.dumps, partial(json.dumps, ensure_ascii=False), in_escapes]),
    st.sampled_from([":", " : "]),
)
def test_a_key_that_stands_twice_is_always_noticed_and_one_that_does_not_never(
    value: Any, spell: Callable[[str], str], colon: str
) -> None:
    text = text_of(value, spell, colon)
    if names_a_key_twice(value):
        with pytest.raises(Malformed):
            parse_json(text.encode())
    else:
        assert parse_json(text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    "body",
    [
        '{"a":1,"a":2}',
        '{"a":1,"a":1}',
        '{"b":{"a":null,"a":null}}',
        '[{"a":"x","a":"x"}]',
        '{"a":1,"a":"\\u003a"}',
        '{"a":1,"a":"\\u003A"}',
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
