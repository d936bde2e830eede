"""What a write does, given the stored version: the rules that make writes idempotent. Pure."""

from typing import Any, Literal, Protocol

from msgspec.structs import asdict

from diary.format.fields import Entry

Expected = int | Literal["*"] | None
"""The version that a write replaces; "*" is any, None is none said."""
Status = Literal["created", "updated", "unchanged", "deleted", "conflict", "stale", "gone"]
WRITTEN: frozenset[str] = frozenset({"created", "updated", "deleted"})


class Wish(Protocol):
    """What is asked for: new content, or None to delete; the version it replaces, "*" for any, None for none said."""

    @property
    def content(self) -> object: ...
    @property
    def expected(self) -> Expected: ...


class Versioned(Protocol):
    """What is stored under an id; a tombstone has no content."""

    @property
    def content(self) -> object: ...
    @property
    def version(self) -> int: ...


def decide(change: Wish, standing: Versioned | None) -> Status:
    """What `change` does to what is stored under its id; `standing` is None when the id was never used."""
    if standing is None:
        return _decide_unused(change)
    if standing.content is None:
        return "unchanged" if change.content is None else "gone"
    if change.content is not None and same_content(change.content, standing.content):
        return "unchanged"
    if change.expected not in (None, "*", standing.version):
        return "stale"
    if change.content is None:
        return "deleted"
    return "conflict" if change.expected is None else "updated"


def _decide_unused(change: Wish) -> Status:
    if change.content is None:
        return "deleted"  # the tombstone wins over a create that is still on its way
    return "created" if change.expected is None else "stale"


def same_content(one: object, other: object) -> bool:
    """Whether both say the same, whatever the spelling: an instant in another offset, words in another order."""
    return one == other or (
        isinstance(one, Entry) and isinstance(other, Entry) and _unordered(one) == _unordered(other)
    )


def _unordered(entry: Entry) -> dict[str, Any]:
    sets = {"sites": entry.sites and set(entry.sites), "qualities": entry.qualities and set(entry.qualities)}
    return asdict(entry) | sets
