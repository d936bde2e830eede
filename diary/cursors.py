"""Lists page by page: what comes after a place, and the place as a cursor: opaque, signed, valid in its list only."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from django.core import signing
from django.utils.translation import gettext_noop as _

from diary.format.strict_json import FieldError, Invalid

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """A list in an order that only `place_of` decides, so that no page repeats or misses a row that stays as it is.

    `after(place, limit)` gives at most so many rows that come after the place, from the first one where it is None.
    `fits` says how many of such rows a page has room for, where that is not just their number.
    """

    name: str
    """What its cursors are valid for: a diary, a type, filters."""
    after: Callable[[Any, int], Sequence[Row]]
    place_of: Callable[[Row], Any]
    fits: Callable[[Sequence[Row]], int] = len

    def page(self, *, limit: int, cursor: str | None) -> tuple[list[Row], str | None]:
        """At most `limit` rows, and the cursor of the next page. Raises Invalid for a cursor of another list."""
        found = self.after(None if cursor is None else place(cursor, within=self.name), limit + 1)
        rows = list(found[: min(limit, self.fits(found))])
        return rows, _cursor(self.place_of(rows[-1]), self.name) if len(found) > len(rows) else None

    def pages(self, *, limit: int) -> Iterator[list[Row]]:
        """All of it, in memory a page at a time; one page at least."""
        cursor: str | None = None
        while True:
            rows, cursor = self.page(limit=limit, cursor=cursor)
            yield rows
            if cursor is None:
                return


def short_listing(name: str, rows: Iterable[Row], *, key: Callable[[Row], list[int | str]]) -> Listing[Row]:
    """A list that is short enough to be at hand whole, by `key`, which no two rows share."""
    in_order = sorted(rows, key=key)

    def after(place: Any, limit: int) -> Sequence[Row]:
        return [row for row in in_order if place is None or key(row) > place][:limit]

    return Listing(name, after, key)


def cursor(place: Any, *, within: str) -> str:
    """`place` (JSON) as a cursor for the list that `within` names: a diary, a type, its filters."""
    return _cursor(place, within)


def _cursor(place: Any, within: str) -> str:
    return signing.Signer(salt=f"diary.cursor:{within}").sign_object(place, serializer=_Compact)


def place(cursor: str, *, within: str, pointer: str = "/cursor") -> Any:
    """The place that `cursor` was made of. Raises Invalid when it is bent, or from another list."""
    try:
        return signing.Signer(salt=f"diary.cursor:{within}").unsign_object(cursor, serializer=_Compact)
    except (signing.BadSignature, UnicodeEncodeError) as error:
        raise Invalid([FieldError(pointer, "invalid_value", _("must be a cursor from this list"))]) from error


class _Compact:
    """JSON as msgspec writes it, with dates and UUIDs."""

    def dumps(self, value: Any) -> bytes:
        return msgspec.json.encode(value)

    def loads(self, raw: bytes) -> Any:
        return msgspec.json.decode(raw)
