"""Opaque places in a list: signed, and good only where they were given out."""

from typing import Any

import msgspec
from django.core import signing

from diary.format.strict_json import FieldError, Invalid


def cursor(place: Any, *, within: str) -> str:
    """`place` (JSON) as a cursor for the list that `within` names: a diary, a type, its filters."""
    return signing.Signer(salt=f"diary.cursor:{within}").sign_object(place, serializer=_Compact)


def place(cursor: str, *, within: str, pointer: str = "/cursor") -> Any:
    """The place that `cursor` was made of. Raises Invalid when it is bent, or from another list."""
    try:
        return signing.Signer(salt=f"diary.cursor:{within}").unsign_object(cursor, serializer=_Compact)
    except (signing.BadSignature, UnicodeEncodeError) as error:
        raise Invalid([FieldError(pointer, "invalid_value", "must be a cursor that this list gave")]) from error


class _Compact:
    """JSON as msgspec writes it, with dates and UUIDs."""

    def dumps(self, value: Any) -> bytes:
        return msgspec.json.encode(value)

    def loads(self, raw: bytes) -> Any:
        return msgspec.json.decode(raw)
