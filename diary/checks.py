"""What `manage.py check --deploy` asks of an installation before people rely on it."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def somebody_screens(**_: Any) -> Sequence[CheckMessage]:
    """A diary that nobody screens would keep silent for ever."""
    if settings.DIARY_SCREENING_PORT:
        return []
    return [Error("DIARY_SCREENING_PORT is empty: nobody would look for danger signs.", id="diary.E001")]
