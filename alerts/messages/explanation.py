"""Why an alert, in words: for who reads it, and for the doctor they show it to."""

from msgspec import Struct

from alerts.messages.evidence import Evidence, evidence_wording
from alerts.messages.for_doctors import TrialRow, doctor_lines, trial_rows


class Explanation(Struct, frozen=True):
    """`noted` says what was noted, in days and counts; `doctor` and `trials` are the doctor's view."""

    noted: str
    doctor: list[str]
    trials: list[TrialRow]


def explained(evidence: Evidence, *, whose: str | None = None) -> Explanation:
    """The words for the patient, or with `whose` (the patient's name) for someone who may read the diary.

    In the language that is active.
    """
    return Explanation(evidence_wording(evidence, whose), doctor_lines(evidence), trial_rows(evidence))
