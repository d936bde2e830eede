"""What is kept of shared links, as a file of the account's export (`diary.account.export`)."""

from collections.abc import Iterator
from typing import Final

from diary.account.archive import ExportedFile
from diary.account.export import Subject, json_file
from papers.models import Share

_KEPT: Final = ("id", "label", "made_at", "expires_at", "ended_at", "attempts_left", "openings")


def share_files(subject: Subject) -> Iterator[ExportedFile]:
    """Every link without its secret. For whom each was opened is in the access log."""
    shares = Share.objects.filter(patient_id=subject.patient_id).order_by("made_at", "pk")
    yield json_file("shares.json", list(shares.values(*_KEPT)))
