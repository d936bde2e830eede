"""Everything that is wrong with a value, field by field, so that it can be fixed.

The words come from the fields' own descriptions and never repeat what someone wrote.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from diary.format.sentences import Sentence
from diary.format.sentences import gettext_noop as _
from diary.format.strict_json import FieldError
from diary.format.validation import CHECKS, ends_before_it_starts

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_JSON_TYPES: dict[Any, tuple[type, ...]] = {
    int: (int,),
    float: (int, float),
    bool: (bool,),
    list: (list,),
    dict: (dict,),
}
_WORDS: dict[Any, str] = {
    bool: _("true or false"),
    date: _("a calendar date (YYYY-MM-DD)"),
    datetime: _("an RFC 3339 date and time with an offset"),
    str: _("text"),
    int: _("a whole number"),
    float: _("a number"),
    UUID: _("a UUID"),
    list: _("a list"),
    dict: _("an object"),
}


def faults(kind: type[msgspec.Struct], value: Any, *, latest: date, pointer: str = "") -> Iterator[FieldError]:
    """Every fault of `value` as a `kind`."""
    if not isinstance(value, dict):
        yield FieldError(pointer, "invalid_type", must_be(dict))
        return
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    yield from unknown_fields(value, set(fields), pointer)
    wrong = False
    for name, field in fields.items():
        if name not in value:
            found = [FieldError(f"{pointer}/{name}", "required", _("is required"))] if field.required else []
        else:
            found = list(_field_faults(kind, name, value[name], latest, f"{pointer}/{name}"))
        wrong = wrong or bool(found)
        yield from found
    known = {name: inner for name, inner in value.items() if name in fields}
    if not wrong and ends_before_it_starts(msgspec.convert(known, kind)):
        yield FieldError(f"{pointer}/stopped_on", "invalid_value", _("must not be before started_on"))


def unknown_fields(value: dict[str, Any], known: set[str], pointer: str = "") -> Iterator[FieldError]:
    """One error for each name of `value` that is not known."""
    for name in value:
        if name not in known:
            yield FieldError(_place(pointer, name), "unknown_field", _("is not a field here"))


def _place(pointer: str, name: str) -> str:
    """Where `name` stands; of a name that looks like someone's words, just the object that holds it."""
    return f"{pointer}/{name}" if _PLAIN_NAME.fullmatch(name) else pointer


def _field_faults(kind: type, name: str, value: Any, latest: date, pointer: str) -> Iterator[FieldError]:
    hint = _hints(kind)[name]
    found = list(_type_faults(hint, value, latest, pointer))
    check = CHECKS.get(name)
    if not found and check and value is not None and not check.holds([msgspec.convert(value, hint)], [value], latest):
        found = [FieldError(pointer, "invalid_value", check.says)]
    yield from found


def _type_faults(hint: Any, value: Any, latest: date, pointer: str) -> Iterator[FieldError]:
    if hint is Any or (value is None and NoneType in _alternatives(hint)):
        return
    hint = next(option for option in _alternatives(hint) if option not in (NoneType, msgspec.UnsetType))
    base = get_origin(_bare(hint)) or _bare(hint)
    if type(value) not in _json_types(base):
        yield FieldError(pointer, "invalid_type", must_be(hint))
    elif base is list:
        yield from _list_faults(hint, value, latest, pointer)
    elif base is dict:
        yield from _mapping_faults(get_args(hint), value, latest, pointer)
    elif _is_struct(base):
        yield from faults(base, value, latest=latest, pointer=pointer)
    elif not _converts(value, hint):
        yield FieldError(pointer, "invalid_value", must_be(hint))


def _list_faults(hint: Any, value: list[Any], latest: date, pointer: str) -> Iterator[FieldError]:
    """The faults of the items; without any, that there are too few or too many."""
    (item_hint,) = get_args(_bare(hint))
    found = [
        fault
        for index, item in enumerate(value)
        for fault in _type_faults(item_hint, item, latest, f"{pointer}/{index}")
    ]
    yield from found
    if not found and not _converts(value, hint):
        yield FieldError(pointer, "invalid_value", must_be(hint))


def _mapping_faults(hints: tuple[Any, ...], value: dict[str, Any], latest: date, pointer: str) -> Iterator[FieldError]:
    for key, inner in value.items():
        place = _place(pointer, key)
        if not _converts(key, hints[0]):
            yield FieldError(place, "invalid_value", _("must be named by a UUID"))
        yield from _type_faults(hints[1], inner, latest, place)


def _converts(value: Any, hint: Any) -> bool:
    try:
        msgspec.convert(value, hint)
    except msgspec.ValidationError:
        return False
    return True


def _is_struct(base: Any) -> bool:
    return isinstance(base, type) and issubclass(base, msgspec.Struct)


def _json_types(base: Any) -> tuple[type, ...]:
    return (dict,) if _is_struct(base) else _JSON_TYPES.get(base, (str,))


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _bare(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def must_be(hint: Any) -> Sentence:
    """What a value of this type must be, in words."""
    if get_origin(hint) is Literal:
        return Sentence(_("must be one of {words}"), words=", ".join(get_args(hint)))
    if get_origin(hint) is Annotated:
        what = next(str(meta.description) for meta in get_args(hint)[1:])
    else:
        what = _WORDS.get(get_origin(hint) or hint, _WORDS[dict])
    return Sentence(_("must be {what}"), what=what)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)
