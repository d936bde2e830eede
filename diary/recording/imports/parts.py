"""Rows of a file that wait to be stored, sealed like notes."""

from typing import Any

import msgspec

from diary.format.fields import RESOURCES, Resource
from diary.format.streamed_document import Rows
from diary.models import Import, ImportPart
from diary.sealing import opened, sealed


def keep(document: Import, number: int, rows: Rows) -> None:
    """These rows, as the part with that number."""
    content = sealed(msgspec.json.encode(rows.contents).decode()).encode()
    ImportPart.objects.create(document=document, number=number, type=rows.type, sealed=content)


def contents_of(part: ImportPart) -> list[Resource]:
    """The rows of a part that waits."""
    kind: Any = RESOURCES[part.type]  # type: ignore[index] # the constraint knows the words
    contents: list[Resource] = msgspec.json.decode(opened(bytes(part.sealed or b"")), type=list[kind])
    return contents
