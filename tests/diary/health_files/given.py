"""Files as other apps export them, with made-up values, and what is read of them."""

import io
import sqlite3
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final, NamedTuple

from diary.format.fields import Entry
from diary.health_files.left_out import LeftOut
from diary.health_files.opening import Bounds, Kind, opened
from diary.health_files.weights_csv import Unit

FILES: Final = Path(__file__).parent / "files"
TODAY: Final = date(2026, 3, 29)


class Found(NamedTuple):
    """What was read of a file."""

    kind: Kind
    entries: list[Entry]
    left_out: LeftOut

    @property
    def weights(self) -> list[tuple[str, float | None]]:
        """Each with its day."""
        return [(str(one.date), one.weight_kg) for one in self.entries]

    @property
    def reasons(self) -> list[tuple[int, str]]:
        """Why rows were left out, with their places."""
        return [(row.place, row.reason) for row in self.left_out.first]


def given(name: str) -> bytes:
    """The file of that name."""
    return (FILES / name).read_bytes()


def health_connect(*statements: str, schema: str | None = None) -> bytes:
    """The database in Health Connect's export, after these statements."""
    with NamedTemporaryFile() as file:
        with closing(sqlite3.connect(file.name)) as database:
            database.executescript(given("health-connect.sql").decode() if schema is None else schema)
            for statement in statements:
                database.execute(statement)
            database.commit()
        return Path(file.name).read_bytes()


def zip_of(files: dict[str, bytes], *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return packed.getvalue()


def found_in(raw: bytes, *, unit: Unit | None = None, rows: int = 50_000) -> Found:
    """All that is read of a file."""
    with opened(io.BytesIO(raw).read, bounds=Bounds(TODAY, rows), unit=unit) as file:
        entries = [one for batch in file.batches() for one in batch.contents]
        assert not file.faults
    return Found(file.kind, [one for one in entries if isinstance(one, Entry)], file.left_out)
