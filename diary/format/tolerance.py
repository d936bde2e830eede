"""What phones send by nature and mean well, as this API writes it: a list, not a mood.

- Weights have whatever decimals their arithmetic left; two are kept.
- A whole number may come as a float.
- null for one symptom or one treatment is *not answered*, as leaving it out.
- What was read is sent back with what the diary says of the row, which no one can write.

Everything else stays as strict as it is.
"""

from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from diary.format.fields import Entry, Event, Profile, Treatment

WEIGHT_DECIMALS: Final = 2
"""So that pounds come back as they were entered: 154.4 lb are 70.03 kg, and 70.03 kg are 154.4 lb again."""
READ_BACK: Final = frozenset(
    {"version", "received_at", "clock_skew_seconds", "recorded_by", "screened", "note_unreadable"}
)
"""What a resource says besides its content when it is read."""
_PROFILE_READ_BACK: Final = frozenset({"id", "version"})
_MANY_ANSWERS: Final = frozenset({"symptoms", "treatments_taken"})


def tolerated(kind: type[Struct], written: Any) -> Any:
    """The JSON value `written` of a `kind` with these spellings replaced; the value itself where there are none."""
    if not isinstance(written, dict):
        return written
    ignored, whole = _ignored(kind), _whole_numbers(kind)
    changed = {name: _respelled(name, value, whole) for name, value in written.items() if name not in ignored}
    return written if changed == written and not _differs_in_kind(changed, written) else changed


def rounded(weight: float) -> float:
    """A weight as it is kept."""
    return round(weight, WEIGHT_DECIMALS)


def _respelled(name: str, value: Any, whole: frozenset[str]) -> Any:
    if name in _MANY_ANSWERS and isinstance(value, dict):
        return {key: answer for key, answer in value.items() if answer is not None}
    if name == "weight_kg" and isinstance(value, int | float) and not isinstance(value, bool):
        return rounded(value)
    if name in whole and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _differs_in_kind(changed: dict[str, Any], written: dict[str, Any]) -> bool:
    """6 equals 6.0 for Python, and not for a field of whole numbers."""
    return any(type(value) is not type(written[name]) for name, value in changed.items())


@cache
def _ignored(kind: type[Struct]) -> frozenset[str]:
    if kind is Profile:
        return _PROFILE_READ_BACK
    return READ_BACK if kind in (Entry, Treatment, Event) else frozenset()


@cache
def _whole_numbers(kind: type[Struct]) -> frozenset[str]:
    hints = get_type_hints(kind, include_extras=True)
    return frozenset(name for name, hint in hints.items() if any(_bare(option) is int for option in _options(hint)))


def _options(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _bare(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint
