"""Files that the API makes while it sends them, as someone's browser would keep them."""

import csv
import io
import json
from dataclasses import dataclass
from typing import Any
from zipfile import ZipFile

from django.test import Client

from tests.cast import Person


@dataclass(frozen=True)
class Download:
    """A file that came whole."""

    content: bytes
    content_type: str
    disposition: str

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def table(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.content.decode(), newline="")))

    @property
    def archive(self) -> dict[str, bytes]:
        with ZipFile(io.BytesIO(self.content)) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}


def download(person: Person, path: str) -> Download:
    """The file at an address below `/api/v1/`."""
    response = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {person.token}"})
    assert response.status_code == 200, response.content
    assert response.streaming
    assert response["Cache-Control"] == "no-store"
    return Download(response.getvalue(), response["Content-Type"], response["Content-Disposition"])
