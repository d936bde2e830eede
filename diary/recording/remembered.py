"""Which changes made a row what it is: a change that comes again after something newer was stored is recognised.

A phone that did not get the answer sends its changes again. By then another phone may have stored something newer: the
repeated change is no conflict with it, since it was made by someone who had seen what it replaced.

A row keeps a number for each of its last changes, made of version and content under the service's key: from the
database alone no one can tell what the content was. A tombstone keeps none.
"""

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from typing import Any, Final

import msgspec
from django.conf import settings

from diary.format.fields import Entry
from diary.recording.decision import Change

MOST: Final = 20
"""Changes of one row that are remembered: more than a phone edits one entry while it waits for an answer."""
_BYTES: Final = 8


def number_of(change: Change) -> int:
    """A put as a number of 64 bits: the same for the same content in whatever order and offset."""
    content: dict[str, Any] = msgspec.to_builtins(change.content)
    if isinstance(change.content, Entry):
        content["recorded_at"] = change.content.recorded_at.timestamp()
        content |= {name: sorted(content[name]) for name in ("sites", "qualities") if content[name]}
    said = msgspec.json.encode([change.expected, content], order="deterministic")
    return int.from_bytes(blake2b(said, key=_key(), digest_size=_BYTES).digest(), signed=True)


def is_remembered(change: Change, remembered: Sequence[int]) -> bool:
    """Whether the change is one of those that a row remembers; a delete is none of them."""
    return bool(remembered) and change.content is not None and number_of(change) in remembered


def with_change(remembered: Sequence[int], change: Change) -> tuple[int, ...]:
    """What the row remembers after the change."""
    return () if change.content is None else (*remembered, number_of(change))[-MOST:]


@cache
def _key() -> bytes:
    return blake2b(settings.SECRET_KEY.encode(), person=b"remembered").digest()
