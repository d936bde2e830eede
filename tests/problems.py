"""What every problem document of this service has, whatever it is about."""

from typing import Any

from diary.problem_types import ProblemType

TYPES = {kind.uri: kind for kind in ProblemType}


def is_of_the_table(document: Any, status: int) -> bool:
    """Whether the document has one of the documented types, with the title and the status of that type."""
    kind = TYPES[document["type"]]
    return (document["title"], document["status"], kind.status) == (kind.title, status, status)
