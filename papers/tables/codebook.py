"""The codebook: each column of each table, what it means and what it may hold. In the language that is active."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.inspect import BoolType, DictType, ListType, LiteralType, Metadata, StructType, Type, UnionType, type_info

from diary.account.tables import columns_of
from diary.format.document import LISTS
from diary.format.fields import RESOURCES, Symptoms
from diary.problems import said
from papers.tables import columns as say

_BESIDE: Final = {"version": say.A_NUMBER, "received_at": say.AN_INSTANT, "recorded_by": say.AN_ID}
"""What the columns hold that no one recorded."""
_PLAIN: Final = {BoolType: say.YES_OR_NO, DictType: say.ANSWERS_BY_ID}


def codebook() -> Iterator[Sequence[str]]:
    """Its rows, the first with the names of the columns."""
    yield [_("file"), _("column"), _("meaning"), _("what it holds"), _("words")]
    for name, kind in LISTS.items():
        types = {**_types(RESOURCES[kind]), **_types(Symptoms)}
        for column in columns_of(kind):
            holds, words = _holds(types[column]) if column in types else (str(_BESIDE[column]), "")
            yield [f"{name}.csv", column, str(say.MEANINGS[column]), holds, words]


def _types(shape: type[Struct]) -> Mapping[str, Type]:
    described = type_info(shape)
    return {field.name: field.type for field in described.fields} if isinstance(described, StructType) else {}


def _holds(kind: Type) -> tuple[str, str]:
    """What a column of the type holds, and its words where it has a list of them."""
    if isinstance(kind, UnionType):  # with null, or with what is unset
        kind = kind.types[0]
    if isinstance(kind, Metadata):
        return said((kind.extra_json_schema or {})["description"]), ""
    if isinstance(kind, ListType) and isinstance(kind.item_type, LiteralType):
        return str(say.ANY_OF), " ".join(map(str, kind.item_type.values))
    if isinstance(kind, LiteralType):
        return str(say.ONE_OF), " ".join(map(str, kind.values))
    return str(_PLAIN.get(type(kind), say.AN_ID)), ""
