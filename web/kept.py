"""What someone wrote in a form whose session had ended meanwhile: it goes with them through signing in again.

It is carried from form to form in a hidden field, as JSON, and is never stored here.
"""

import json
from typing import Final

from django.http import HttpRequest

KEPT: Final = "kept"
"""The field that carries it."""
_NOT_KEPT: Final = frozenset({"csrfmiddlewaretoken", KEPT})


def kept_of(request: HttpRequest) -> str:
    """Every field of the form that was sent, to carry."""
    return json.dumps({name: values for name, values in request.POST.lists() if name not in _NOT_KEPT})


def carried_in(request: HttpRequest) -> str:
    """What a form of signing in carries, to be carried on; empty for nothing."""
    return request.POST.get(KEPT, "")


def fields_in(carried: str) -> list[tuple[str, str]]:
    """The fields again, to be sent once more; none of what is no such thing."""
    try:
        said = json.loads(carried or "{}")
    except ValueError:
        return []
    if not isinstance(said, dict):
        return []
    return [(name, str(value)) for name, values in said.items() if isinstance(values, list) for value in values]
