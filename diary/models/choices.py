"""The allowed words of a field, as Django's choices and in the contract."""

from typing import Any, get_args

from msgspec import Meta


def words(literal: Any) -> list[str]:
    """The words of a `Literal`, in order."""
    return list(get_args(literal))


def one_of(literal: Any) -> Meta:
    """What the contract says of a text that is one of the words of a `Literal`."""
    return Meta(extra_json_schema={"enum": words(literal)})


def choices(literal: Any) -> list[tuple[str, str]]:
    """The words of a `Literal` as (value, label) pairs."""
    return [(word, word) for word in words(literal)]
