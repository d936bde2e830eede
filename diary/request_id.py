"""The id of the request that something is done for: in every log line, in the answer, and in the tasks that it caused.

The front makes one for each request (`backend.front.application`), and takes none over from who sends it. What a sweep
found has none.
"""

from typing import Final
from uuid import UUID

from celery import current_task
from structlog.contextvars import get_contextvars

NAME: Final = "request_id"
"""Under which it is bound (`structlog.contextvars`): the member of a log line, and the header of a task."""


def request_id() -> UUID | None:
    """The request that is being answered, or that caused the task which runs."""
    bound = get_contextvars().get(NAME) or (current_task and (current_task.request.headers or {}).get(NAME))
    return UUID(bound) if bound else None
