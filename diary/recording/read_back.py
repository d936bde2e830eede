"""A resource as it is read back: its content, and what the diary knows about the row."""

from typing import Any

from msgspec.structs import asdict

from diary.recording.rows import Stored


def presented(row: Stored) -> dict[str, Any]:
    """What a reader gets of a row that is not deleted; every field is there, null is *not answered*."""
    if row.content is None:
        raise ValueError("a tombstone has nothing to read")
    known: dict[str, Any] = {
        "version": row.version,
        "received_at": row.received_at,
        "recorded_by": row.recorded_by,
        "screened": row.screened,
    }
    if row.type == "entry":
        known["clock_skew_seconds"] = row.clock_skew_seconds
    if row.type != "treatment":
        known["note_unreadable"] = row.unreadable_note is not None
    return asdict(row.content) | known
