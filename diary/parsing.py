"""From bytes to values, strictly: what JSON leaves to taste is refused here, and never coerced."""

import json
import math
import re
from typing import Any, NoReturn

_SUSPICIOUS = re.compile(rb"\\u(0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Malformed(ValueError):
    """The body is not the JSON that this API speaks; the message says why without repeating the body."""


def parse_json(raw: bytes) -> Any:
    """The value in `raw`. Raises Malformed.

    Refused: anything but UTF-8 without a byte order mark, duplicate keys, NaN and Infinity, numbers beyond a double,
    integers of thousands of digits, nesting deeper than the interpreter's stack.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("The body is not UTF-8.") from error
    if text.startswith("\ufeff"):
        raise Malformed("The body begins with a byte order mark.")
    try:
        return _DECODER.decode(text)
    except Malformed:
        raise
    except json.JSONDecodeError as error:
        raise Malformed(f"The body is not JSON: line {error.lineno}, column {error.colno}.") from error
    except RecursionError as error:
        raise Malformed("The body is nested too deeply.") from error
    except ValueError as error:
        raise Malformed("The body holds a number with too many digits.") from error


def may_hold_unstorable_text(raw: bytes) -> bool:
    """Whether `raw` has an escape that could stand for NUL or a surrogate; cheap, and false for nearly every body."""
    return _SUSPICIOUS.search(raw) is not None


def unstorable_text(value: Any, pointer: str = "") -> str | None:
    """The JSON Pointer of the first text (or key) in `value` with a NUL or a lone surrogate, or None."""
    if isinstance(value, str):
        return pointer if _UNSTORABLE.search(value) else None
    if isinstance(value, dict):
        if any(_UNSTORABLE.search(key) for key in value):
            return pointer
        steps = ((escape(key), inner) for key, inner in value.items())
    elif isinstance(value, list):
        steps = ((str(index), inner) for index, inner in enumerate(value))
    else:
        return None
    found = (unstorable_text(inner, f"{pointer}/{step}") for step, inner in steps)
    return next((place for place in found if place is not None), None)


def escape(key: str) -> str:
    """`key` as one step of a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Malformed("The body holds the same key twice in one object.")
    return result


def _refuse_constant(_: str) -> NoReturn:
    raise Malformed("The body holds NaN or Infinity.")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise Malformed("The body holds a number that is too large.")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant, parse_float=_finite)
