"""Query parameters, each declared once: the published contract and the reading of a request come from one place."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, TypeVar

import msgspec
from django.http import QueryDict
from django.utils.translation import gettext_noop as _
from drf_spectacular.utils import OpenApiParameter

from diary.format.sentences import Sentence
from diary.format.strict_json import FieldError, Invalid

Value = TypeVar("Value")
Named = TypeVar("Named", bound=Callable[..., Any])
_DECLARED: Final = "query_parameters"


@dataclass(frozen=True)
class Parameter(Generic[Value]):
    """One query parameter. `read` raises ValueError for what it does not take, and `takes` then says what it does."""

    published: OpenApiParameter
    read: Callable[[str], Value]
    takes: str
    otherwise: Value

    @property
    def name(self) -> str:
        """Its name in the address."""
        return str(self.published.name)


def day(name: str, description: str) -> Parameter[date | None]:
    """A calendar date, None when it is not given."""
    published = OpenApiParameter(name, date, description=description)
    return Parameter(published, _date, Sentence(_("must be {what}"), what=_("a calendar date (YYYY-MM-DD)")), None)


def text(name: str, description: str) -> Parameter[str | None]:
    """Any text, None when it is not given."""
    return Parameter(
        OpenApiParameter(name, str, description=description), str, Sentence(_("must be {what}"), what=_("text")), None
    )


def matching(name: str, description: str, *, pattern: str, takes: str) -> Parameter[str | None]:
    """Text after a pattern, None when it is not given; `takes` says in words what fits."""
    published = OpenApiParameter(name, {"type": "string", "pattern": f"^{pattern}$"}, description=description)
    return Parameter(published, _matching(pattern), takes, None)


Otherwise = TypeVar("Otherwise", str, None)


def word(name: str, description: str, *, of: Sequence[str], otherwise: Otherwise) -> Parameter[str | Otherwise]:
    """One of some words."""
    published = OpenApiParameter(name, str, enum=list(of), description=description, default=otherwise)
    return Parameter(published, _one_of(of), Sentence(_("must be one of {words}"), words=", ".join(of)), otherwise)


def number(name: str, description: str, *, least: int, most: int, otherwise: int | None) -> Parameter[int | None]:
    """A whole number in a range."""
    schema: dict[str, Any] = {"type": "integer", "minimum": least, "maximum": most}
    schema |= {} if otherwise is None else {"default": otherwise}
    published = OpenApiParameter(name, schema, description=description)
    takes = Sentence(_("must be a whole number from {least} to {most}"), least=least, most=most)
    return Parameter(published, _within(least, most), takes, otherwise)


class Asked:
    """What the query of a request says of the parameters that its method declares."""

    def __init__(self, given: QueryDict, declared: Sequence[Parameter[Any]]) -> None:
        """Raises Invalid for what is not declared, given twice, or not what a parameter takes; the pointers name it."""
        _require_declared(given, [parameter.name for parameter in declared])
        self._values = {
            parameter.name: _read(parameter, str(given[parameter.name]))
            if parameter.name in given
            else parameter.otherwise
            for parameter in declared
        }

    def __getitem__(self, parameter: Parameter[Value]) -> Value:
        """What was said, or what holds otherwise. Raises KeyError where the method does not declare it."""
        value: Value = self._values[parameter.name]
        return value


def declare(method: Named, parameters: Sequence[Parameter[Any]]) -> Named:
    """Note on a view's method which parameters it takes."""
    setattr(method, _DECLARED, tuple(parameters))
    return method


def declared_by(method: object) -> Sequence[Parameter[Any]]:
    """The parameters that a view's method takes; none unless it says so."""
    found: Sequence[Parameter[Any]] = getattr(method, _DECLARED, ())
    return found


def _require_declared(given: QueryDict, declared: Sequence[str]) -> None:
    errors = [
        FieldError(f"/{name}", "unknown_field", _("is not a parameter here"))
        for name in given
        if name not in declared and name.isidentifier()
    ]
    if not errors and any(name not in declared for name in given):
        errors = [FieldError("", "unknown_field", _("has an unknown parameter"))]
    for name in declared:
        values = given.getlist(name)
        if len(values) > 1:
            errors.append(FieldError(f"/{name}", "invalid_value", _("must be given once")))
        elif any("\x00" in value for value in values):
            errors.append(FieldError(f"/{name}", "invalid_text", _("must not contain U+0000")))
    if errors:
        raise Invalid(errors)


def _read(parameter: Parameter[Value], said: str) -> Value:
    try:
        return parameter.read(said)
    except ValueError as error:
        raise Invalid([FieldError(f"/{parameter.name}", "invalid_value", parameter.takes)]) from error


def _date(said: str) -> date | None:
    return msgspec.convert(said, date)


def _one_of(words: Sequence[str]) -> Callable[[str], str]:
    def read(said: str) -> str:
        return words[words.index(said)]

    return read


def _matching(pattern: str) -> Callable[[str], str]:
    whole = re.compile(pattern, re.ASCII)

    def read(said: str) -> str:
        if not whole.fullmatch(said):
            raise ValueError(said)
        return said

    return read


def _within(least: int, most: int) -> Callable[[str], int]:
    digits = re.compile(f"[0-9]{{1,{len(str(most))}}}", re.ASCII)

    def read(said: str) -> int:
        value = int(said) if digits.fullmatch(said) else least - 1
        if not least <= value <= most:
            raise ValueError(said)
        return value

    return read


FROM: Final = day("from", "The first day, inclusive.")
TO: Final = day("to", "The last day, inclusive.")
SPAN: Final = (FROM, TO)
