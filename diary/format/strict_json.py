"""From bytes to values, strictly: what JSON leaves to taste is refused here, and never coerced."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import msgspec

from diary.format.sentences import Sentence
from diary.format.sentences import gettext_noop as _

_QUICK_DECODER = msgspec.json.Decoder()
_ENCODER = msgspec.json.Encoder()
_ESCAPED_COLON = re.compile(rb"\\u003[aA]")
_SUSPICIOUS = re.compile(rb"\\u(0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with the input: where (JSON Pointer from the root of the body), a stable code, in words.

    The words name what the field takes and never repeat what someone wrote about their health.
    """

    pointer: str
    code: str
    detail: str


class Invalid(ValueError):
    """JSON whose content is refused; `errors` are all the reasons."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{error.pointer or '(root)'}: {error.detail}" for error in errors))
        self.errors = tuple(errors)


class Malformed(ValueError):
    """The body is not the JSON that this API speaks; `says` why, without repeating the body."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


def parse_json(raw: bytes) -> Any:
    """The value in `raw`. Raises Malformed.

    Refused: anything but UTF-8 without a byte order mark, duplicate keys, NaN and Infinity, numbers beyond a double,
    integers of thousands of digits, nesting deeper than the interpreter's stack.
    """
    try:
        value = _QUICK_DECODER.decode(raw)
        complete = not _hides_colons(raw) and _ENCODER.encode(value).count(b":") == raw.count(b":")
    except (msgspec.MsgspecError, ValueError, RecursionError):
        complete = False
    return value if complete else _parsed_strictly(raw)


def _hides_colons(raw: bytes) -> bool:
    r"""Whether `raw` may hold a colon written as \u003a.

    The quick decoder is strict but for one thing: of a key that stands twice it keeps the last. Then the value written
    again has fewer colons than `raw`, where there is one after each key; the others stand in texts, as they are.
    """
    return b"\\" in raw and _ESCAPED_COLON.search(raw) is not None


def _parsed_strictly(raw: bytes) -> Any:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(_("The body is not UTF-8.")) from error
    if text.startswith("\ufeff"):
        raise Malformed(_("The body starts with a byte order mark."))
    try:
        return _DECODER.decode(text)
    except Malformed:
        raise
    except json.JSONDecodeError as error:
        raise Malformed(
            Sentence(_("The body is not JSON: line {line}, column {column}."), line=error.lineno, column=error.colno)
        ) from error
    except RecursionError as error:
        raise Malformed(_("The body is nested too deeply.")) from error
    except ValueError as error:
        raise Malformed(_("The body contains a number with too many digits.")) from error


def may_hold_unstorable_text(raw: bytes) -> bool:
    """Whether `raw` has an escape that could stand for NUL or a surrogate; cheap, and false for nearly every body."""
    return b"\\" in raw and _SUSPICIOUS.search(raw) is not None


def require_storable_text(value: Any) -> None:
    """Raises Invalid with every text or name of a field that holds a NUL or a lone surrogate."""
    errors = list(text_errors(value))
    if errors:
        raise Invalid(errors)


def text_errors(value: Any, pointer: str = "") -> Iterator[FieldError]:
    """One error for each text or name of a field that has a NUL or a lone surrogate in it."""
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            yield FieldError(pointer, "invalid_text", _("must not contain U+0000 or half of a surrogate pair"))
        return
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        if isinstance(step, str) and _UNSTORABLE.search(step):
            said = _("must not have a name that contains U+0000 or half of a surrogate pair")
            yield FieldError(pointer, "invalid_text", said)
        else:
            yield from text_errors(inner, f"{pointer}/{escape(str(step))}")


def escape(key: str) -> str:
    """`key` as one step of a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Malformed(_("The body contains the same key twice in one object."))
    return result


def _refuse_constant(_constant: str) -> NoReturn:
    raise Malformed(_("The body contains NaN or Infinity."))


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise Malformed(_("The body contains a number that is too large."))
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant, parse_float=_finite)
