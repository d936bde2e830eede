"""What an import would do, without doing it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from diary.access.levels import Access
from diary.format.document import DocumentProfile
from diary.format.fields import RESOURCES, Resource, ResourceType
from diary.format.streamed_document import Rows
from diary.format.strict_json import Invalid
from diary.health_files.left_out import LeftOut
from diary.health_files.opening import HealthFile, Kind
from diary.models import Import
from diary.recording import rows
from diary.recording.decision import NOT_STORED, Change
from diary.recording.imports.accept import Look, left_out_of, profile_in, unanswered
from diary.recording.imports.outcome import MOST, RESULTS, NotStored, Result
from diary.recording.imports.parts import contents_of
from diary.versions import decide


@dataclass(slots=True)
class Trial:
    """How many rows of each type would come to which end; the first of those that would not be stored."""

    kind: Kind
    left_out: LeftOut
    counts: dict[ResourceType, Counter[Result]] = field(
        default_factory=lambda: {kind: Counter[Result]() for kind in RESOURCES}
    )
    not_stored: list[NotStored] = field(default_factory=list)
    profile_changed: bool | None = None


def tried(*, access: Access, file: HealthFile, look: Look) -> Trial:
    """Compare the file with the diary; whether there is room for it is not looked at.

    `look` sees all its rows. Raises Malformed and Invalid, as an import does.
    """
    trial = Trial(file.kind, file.left_out)
    for batch in file.batches():
        look(batch)
        _compare(trial, access, batch.type, batch.contents)
    if file.faults:
        raise Invalid(file.faults)
    return _with_profile(trial, access, file.profile)


def compared(*, access: Access, proposed: Import, look: Look) -> Trial:
    """The same of a file that is proposed."""
    trial = Trial(proposed.kind, left_out_of(proposed))  # type: ignore[arg-type] # the constraint knows the words
    for part in proposed.parts.order_by("number").iterator(chunk_size=1):
        contents = contents_of(part)
        look(Rows(part.type, contents, msgspec.to_builtins(contents)))  # type: ignore[arg-type] # likewise
        _compare(trial, access, part.type, contents)  # type: ignore[arg-type]
    return _with_profile(trial, access, profile_in(proposed))


def _compare(trial: Trial, access: Access, kind: ResourceType, contents: Sequence[Resource]) -> None:
    changes = [Change(kind, content.id, content) for content in contents]
    standing = rows.read(patient_id=access.patient_id, keys=[(change.type, change.id) for change in changes])
    for change in changes:
        status = decide(change, standing.get((change.type, change.id)))
        trial.counts[change.type][RESULTS[status]] += 1
        if status in NOT_STORED and len(trial.not_stored) < MOST:
            trial.not_stored.append(NotStored(change.type, change.id, status))


def _with_profile(trial: Trial, access: Access, profile: DocumentProfile) -> Trial:
    if access.level == "own":
        trial.profile_changed = bool(unanswered(access, profile))
    return trial
