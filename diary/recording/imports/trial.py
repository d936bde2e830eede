"""What an import would do, without doing it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from diary.access.levels import Access
from diary.format.document_pieces import Read
from diary.format.fields import RESOURCES, ResourceType
from diary.format.strict_json import Invalid
from diary.recording import rows
from diary.recording.decision import NOT_STORED, Change
from diary.recording.imports.accept import Look, streamed, unanswered
from diary.recording.imports.outcome import MOST, RESULTS, NotStored, Result
from diary.versions import decide


@dataclass(slots=True)
class Trial:
    """How many rows of each type would come to which end; the first of those that would not be stored."""

    counts: dict[ResourceType, Counter[Result]] = field(
        default_factory=lambda: {kind: Counter[Result]() for kind in RESOURCES}
    )
    not_stored: list[NotStored] = field(default_factory=list)
    profile_changed: bool | None = None


def tried(*, access: Access, read: Read, look: Look, now: datetime) -> Trial:
    """Compare the document with the diary; whether there is room for it is not looked at.

    `look` sees all its rows. Raises Malformed and Invalid, as an import does.
    """
    document, trial = streamed(read, now=now), Trial()
    for batch in document.batches():
        look(batch)
        changes = [Change(batch.type, content.id, content) for content in batch.contents]
        standing = rows.read(patient_id=access.patient_id, keys=[(change.type, change.id) for change in changes])
        for change in changes:
            status = decide(change, standing.get((change.type, change.id)))
            trial.counts[change.type][RESULTS[status]] += 1
            if status in NOT_STORED and len(trial.not_stored) < MOST:
                trial.not_stored.append(NotStored(change.type, change.id, status))
    if document.faults:
        raise Invalid(document.faults)
    if access.level == "own":
        trial.profile_changed = bool(unanswered(access, document.profile))
    return trial
