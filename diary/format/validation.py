"""From parsed JSON to content: the whole of what an entry, a treatment, an event or a profile must hold.

The shapes of `diary.format.fields` say most of it; here is the rest, such as which dates there are. What is good,
nearly everything, passes through `validated` quickly; what is not is walked through again by `diary.format.faults`,
which names every fault.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import chain, repeat
from operator import attrgetter
from types import GenericAlias
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec

from diary.format.fields import FOR_GOOD, Entry, Event, Treatment
from diary.format.normal_form import is_public_email, normal_email
from diary.format.sentences import gettext_noop as _
from diary.format.strict_json import Invalid
from diary.format.time_zones import is_time_zone
from diary.format.tolerance import rounded, tolerated

Content = TypeVar("Content", bound=msgspec.Struct)

EARLIEST: Final = date(1900, 1, 1)
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_CANONICAL_UUID_LENGTH: Final = 36
_INSTANT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)  # msgspec also takes a blank for the T and an offset without its colon


Holds = Callable[[Sequence[Any], Iterable[Any], date], bool]


@dataclass(frozen=True, slots=True)
class Check:
    """What a field must also fulfil: `holds(values, as_written, latest)`, and in words.

    It is asked about a column, the field's values in one content or in many, at least one and none of them None, and
    holds when it does for each alone: a long diary is checked a column at a time.
    """

    holds: Holds
    says: str


def latest_date(now: datetime) -> date:
    """The last date that may be written about at `now`: tomorrow where the day begins first (UTC+14)."""
    return (now + timedelta(hours=14)).date() + timedelta(days=1)


def _are_uuids(written: Iterable[str]) -> bool:
    """Of what converts to UUIDs already."""
    return set(map(len, written)) <= {_CANONICAL_UUID_LENGTH}


def _names_each_once(words: list[str]) -> bool:
    return len(set(words)) == len(words)


def _are_instants(instants: Sequence[datetime], written: Iterable[str]) -> bool:
    years = [instant.year for instant in instants]
    return min(years) >= _FIRST_YEAR and max(years) <= _LAST_YEAR and all(map(_INSTANT.fullmatch, written))


def _name_treatments(taken: Sequence[dict[UUID, bool]], written: Iterable[dict[str, bool]]) -> bool:
    if not any(taken):
        return True
    named = list(written)
    return list(map(len, taken)) == list(map(len, named)) and _are_uuids(chain.from_iterable(named))


_DAY = Check(
    lambda days, _written, latest: min(days) >= EARLIEST and max(days) <= latest,
    _("must be a date from 1900-01-01 to tomorrow"),
)
_ONCE = Check(
    lambda lists, _written, _latest: max(map(len, lists)) < 2 or all(map(_names_each_once, lists)),
    _("must not repeat a value"),
)
_ZONE = Check(
    lambda names, _written, _latest: all(map(is_time_zone, set(names))),
    _("must be an IANA time zone, such as Europe/Madrid, or an offset, such as +02:00"),
)
_AT = Check(
    lambda instants, written, _latest: _are_instants(instants, written),
    _("must be an RFC 3339 date and time with an offset, of the years 1900 to 2999"),
)

_PAUSED_UNTIL = Check(
    lambda days, _, __: all(day == FOR_GOOD or (day >= EARLIEST and day.year <= _LAST_YEAR) for day in days),
    "must be a date of the years 1900 to 2999, or 9999-12-31 for good",
)

CHECKS: Final[dict[str, Check]] = {
    "id": Check(lambda _ids, written, _latest: _are_uuids(written), _("must be a UUID with its hyphens")),
    "date": _DAY,
    "started_on": _DAY,
    "stopped_on": _DAY,
    "recorded_at": _AT,
    "until": _AT,
    "time_zone": _ZONE,
    "email": Check(
        lambda addresses, _written, _latest: all(map(is_public_email, map(normal_email, addresses))),
        _("must be an email address at a public domain, such as bob@example.org"),
    ),
    "paused_until": _PAUSED_UNTIL,
    "sites": _ONCE,
    "qualities": _ONCE,
    "treatments_taken": Check(
        lambda taken, written, _latest: _name_treatments(taken, written),
        _("must name each treatment once, by a UUID with its hyphens"),
    ),
}
"""By the field's name: a name means the same wherever it stands."""


def ends_before_it_starts(content: object) -> bool:
    """The one condition between two fields."""
    return isinstance(content, Treatment) and content.stopped_on is not None and content.stopped_on < content.started_on


def validated(kind: type[Content], value: Any, *, latest: date, pointer: str = "") -> Content:
    """The content in `value`, of which no date is after `latest`. Raises Invalid with every fault.

    `pointer` is where `value` stands in the body.
    """
    content = _converted(kind, value)
    if content is None:
        value = tolerated(kind, value)
        content = _converted(kind, value)
    if content is None or not _fulfils_checks(content, value, latest) or ends_before_it_starts(content):
        from diary.format.faults import faults  # rarely needed, and it needs this module

        raise Invalid(list(faults(kind, value, latest=latest, pointer=pointer)))
    return normalised(content)


def validated_together(kind: type[Content], values: list[Any], *, latest: date) -> list[Content] | None:
    """What `validated` gives for each of `values`, much faster; None when it would refuse any."""
    contents = _converted_together(kind, values)
    if contents is None:
        values = [tolerated(kind, value) for value in values]
        contents = _converted_together(kind, values)
    if contents is None or not _columns_fulfil_checks(contents, values, latest):
        return None
    if kind is Treatment and any(map(ends_before_it_starts, contents)):
        return None
    return list(map(normalised, contents)) if kind in (Entry, Event) else contents


def normalised(content: Content) -> Content:
    """A doctor's visit is about this pain unless it says otherwise, and a weight is rounded."""
    if isinstance(content, Entry):
        weight = content.weight_kg
        if weight is not None and rounded(weight) != weight:
            return msgspec.structs.replace(content, weight_kg=rounded(weight))
        return content
    if isinstance(content, Event) and content.kind == "doctor_visit" and content.about_this_pain is None:
        return msgspec.structs.replace(content, about_this_pain=True)
    return content


def _converted(kind: type[Content], value: Any) -> Content | None:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return None


def _converted_together(kind: type[Content], values: list[Any]) -> list[Content] | None:
    try:
        converted: list[Content] = msgspec.convert(values, GenericAlias(list, (kind,)))
    except msgspec.ValidationError:
        return None
    return converted


def _fulfils_checks(content: msgspec.Struct, written: dict[str, Any], latest: date) -> bool:
    for name, holds in _checks_of(type(content)):
        value = getattr(content, name)
        if value is not None and not holds((value,), (written[name],), latest):
            return False
    return True


def _columns_fulfil_checks(contents: Sequence[msgspec.Struct], written: Sequence[dict[str, Any]], latest: date) -> bool:
    """What `_fulfils_checks` says of each, a field of all at a time."""
    for name, holds in _checks_of(type(contents[0])) if contents else ():
        values = [value for value in map(attrgetter(name), contents) if value is not None]
        if values and not holds(values, _answers(written, name), latest):
            return False
    return True


def _answers(written: Sequence[dict[str, Any]], name: str) -> Iterator[Any]:
    return (answer for answer in map(dict.get, written, repeat(name)) if answer is not None)


@cache
def _checks_of(kind: type[msgspec.Struct]) -> tuple[tuple[str, Holds], ...]:
    return tuple((name, CHECKS[name].holds) for name in kind.__struct_fields__ if name in CHECKS)
