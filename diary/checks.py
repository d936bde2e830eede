"""What `manage.py check --deploy` asks of an installation before people rely on it."""

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def somebody_screens(**_: Any) -> Sequence[CheckMessage]:
    """A diary that no one screens would keep silent for ever."""
    if settings.DIARY_SCREENING_PORT:
        return []
    return [Error("DIARY_SCREENING_PORT is empty, so nothing would look for danger signs.", id="diary.E001")]


@register(Tags.security, deploy=True)
def the_service_owns_nothing(**_: Any) -> Sequence[CheckMessage]:
    """Who connects as these can switch off what keeps the access log as it is."""
    user = settings.DATABASES["default"].get("USER")
    if user not in _TOO_MUCH:
        return []
    says = f"DATABASE_URL connects as {user}; the service must connect as diary_service (docs/operating.md)."
    return [Error(says, id="diary.E002")]


_TOO_MUCH: Final = ("postgres", "diary_owner")
"""The logins that an installation has and that the service must not use, by name: the check asks no database."""
