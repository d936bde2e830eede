"""Documents and files to import, and their work done as a worker does it."""

import json
from typing import Any
from uuid import UUID

from django.utils import timezone

from diary.models import Import
from diary.recording.imports.work import work
from tests.cast import Answer, Person
from tests.diary.recordings import entry


def document(*entries: dict[str, Any], **lists: Any) -> dict[str, Any]:
    """A diary document with these entries."""
    return {"format": "symptom-diary/1", "patient": {}, "entries": list(entries), **lists}


def entries(count: int, **answers: Any) -> list[dict[str, Any]]:
    """So many, each of a day of its own among two years."""
    return [entry(date=f"20{24 + day % 2}-{1 + day % 12:02}-{1 + day % 28:02}", **answers) for day in range(count)]


def send(person: Person, given: Any, *, into: Person | None = None, query: str = "") -> Answer:
    """Import it into a diary, one's own unless told otherwise."""
    whose = into.patient_id if into else "me"
    return person.post(f"patients/{whose}/import{query}", json.dumps(given).encode())


def send_file(person: Person, raw: bytes, *, into: Person | None = None, query: str = "", **headers: str) -> Answer:
    """Import a file of another app into a diary, one's own unless told otherwise."""
    whose = into.patient_id if into else "me"
    return person.post(f"patients/{whose}/import{query}", raw, Content_Type="application/octet-stream", **headers)


def at(answer: Answer) -> str:
    """The address of the import, below `/api/v1/`."""
    return answer.headers["Location"].removeprefix("/api/v1/")


def id_of(answer: Answer) -> UUID:
    return UUID(at(answer).rpartition("/")[2])


def worked(answer: Answer, *, steps: int | None = None) -> Import:
    """The import, after all its work, or only so many steps of it."""
    for _ in range(1 if steps is None else steps):
        work(import_id=id_of(answer), now=timezone.now(), seconds=-1.0 if steps else 600.0)
    return Import.objects.get(pk=id_of(answer))
