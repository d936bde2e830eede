"""What every problem document of this service has, whatever it is about."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation

from diary.problem_types import ProblemType

TYPES = {kind.uri: kind for kind in ProblemType}


def is_of_the_table(document: Any, status: int) -> bool:
    """Whether the document has a documented type, with the status of that type and its title in some language."""
    kind = TYPES[document["type"]]
    return document["title"] in titles(kind) and document["status"] == kind.status == status


@cache
def titles(kind: ProblemType) -> set[str]:
    """The title in each language."""
    said = set()
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            said.add(translation.gettext(kind.title))
    return said
