"""The parts of an address: whose diary, and which id."""

from typing import Final
from uuid import UUID

from django.urls import register_converter

from diary.access.levels import Diary

_UUID: Final = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"


class AppMadeId:
    """A UUID with its hyphens, in either case: some phones write capitals."""

    regex = _UUID

    def to_python(self, value: str) -> UUID:
        return UUID(value)

    def to_url(self, value: UUID) -> str:
        return str(value)


class WhoseDiary:
    """A patient's id, or `me`."""

    regex = f"me|{_UUID}"

    def to_python(self, value: str) -> Diary:
        return "me" if value == "me" else UUID(value)

    def to_url(self, value: Diary) -> str:
        return str(value)


register_converter(AppMadeId, "id")
register_converter(WhoseDiary, "diary")
