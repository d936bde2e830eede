"""One row of a diary on a page: read, stored and taken back by the functions that the API calls."""

from typing import ClassVar
from uuid import UUID

from diary.access.log import Line
from diary.format.fields import ResourceType
from diary.recording import rows
from diary.recording.batch import Outcome
from diary.recording.changes import record_changes
from diary.recording.decision import Change
from diary.recording.rows import Stored
from web.today.whose import DiaryReaderPage


class RowPage(DiaryReaderPage):
    """A form of a row of `type`; what was sent is kept whatever becomes of it."""

    keeps_form = True
    reach = {"GET": "log", "POST": "log"}
    type: ClassVar[ResourceType]

    def stored(self, id_: UUID) -> Stored | None:
        """The row as it is stored; None for one that was deleted or never was."""
        row = rows.read(patient_id=self.access.patient_id, keys=[(self.type, id_)]).get((self.type, id_))
        return None if row is None or row.deleted else row

    def version(self, id_: UUID) -> int | None:
        """That of the row as it is stored; None where there is none."""
        row = self.stored(id_)
        return row.version if row else None

    def record(self, change: Change) -> Outcome:
        """Do it, and say what became of it."""
        recorded = record_changes(
            patient_id=self.access.patient_id,
            actor_id=self.access.actor_id,
            changes=[change],
            now=self.now,
            line=Line("deleted" if change.content is None else "written", self.type, change.id),
        )
        return recorded.outcomes[0]
