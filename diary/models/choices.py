"""The allowed words of a field, as Django's choices."""

from typing import Any, get_args


def words(literal: Any) -> list[str]:
    """The words of a `Literal`, in order."""
    return list(get_args(literal))


def choices(literal: Any) -> list[tuple[str, str]]:
    """The words of a `Literal` as (value, label) pairs."""
    return [(word, word) for word in words(literal)]
