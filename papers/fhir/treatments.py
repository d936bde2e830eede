"""What was tried, and which of it has not helped: MedicationStatement, Procedure, DetectedIssue."""

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from alerts.messages.for_doctors import QUESTIONS, VERDICTS
from alerts.rules.comparison import SIDE_DAYS, Comparison
from alerts.rules.history import Treatment
from alerts.rules.treatment_record import judgements
from alerts.rules.verdicts import Judgement, Verdict
from papers.amounts import name_and_dose, number
from papers.fhir.coding import UCUM, Json, concept, own
from papers.fhir.ids import cited, id_of
from papers.fhir.observations import Observed
from papers.reading import Reading, Records
from papers.typesetting.plain_text import one_line

_SCORES_OF: Final = {"night_rest": ("night_pain", "rest_pain"), "worst_pain": ("worst_pain",)}


def treatments(reading: Reading, records: Records) -> Iterator[Json]:
    """Those that reach into the span."""
    for record in _in_span(reading):
        made = _medication if record.kind == "medication" else _procedure
        yield made(record, records.patient_id, goes_on=record.stopped_on is None or record.stopped_on > reading.last)


def failed_trials(reading: Reading, records: Records, observed: Sequence[Observed]) -> Iterator[Json]:
    """Trials that have not helped, each with the scores before and after on which that is based, as far as they are in
    the span.
    """
    there = {record.id for record in _in_span(reading)}
    last = reading.last.toordinal()
    for judged in judgements(reading.case):
        tried = [record for record in judged.trial.records if record.id in there]
        if tried and judged.verdict_on(last) is Verdict.NOT_RESPONDED:
            yield _failed(judged, tried, records.patient_id, last, observed)


def _in_span(reading: Reading) -> Iterator[Treatment]:
    for record in reading.case.history.treatments:
        if record.stopped_on is None or record.stopped_on >= reading.first:
            yield record


def _medication(record: Treatment, patient_id: UUID, *, goes_on: bool) -> Json:
    return {
        "resourceType": "MedicationStatement",
        "id": _id(record, patient_id),
        "status": "active" if goes_on else "completed",
        "medicationCodeableConcept": concept(text=_name(record)),
        "subject": cited(patient_id),
        "effectivePeriod": _period(record),
        **({"dosage": [_dosage(record)]} if record.daily_dose is not None else {}),
    }


def _dosage(record: Treatment) -> Json:
    unit = one_line(record.dose_unit or "")
    amount = {"value": record.daily_dose, **({"unit": unit} if unit else {})}
    a_day = {"value": 1, "unit": "d", "system": UCUM, "code": "d"}
    text = f"{number(record.daily_dose or 0)} {unit}".strip()
    return {"text": f"{text}/d", "doseAndRate": [{"rateRatio": {"numerator": amount, "denominator": a_day}}]}


def _procedure(record: Treatment, patient_id: UUID, *, goes_on: bool) -> Json:
    return {
        "resourceType": "Procedure",
        "id": _id(record, patient_id),
        "status": "in-progress" if goes_on else "completed",
        "code": concept(own(record.kind, "treatment"), text=name_and_dose(record) or None),
        "subject": cited(patient_id),
        "performedPeriod": _period(record),
    }


def _period(record: Treatment) -> Json:
    stopped = {"end": record.stopped_on.isoformat()} if record.stopped_on else {}
    return {"start": record.started_on.isoformat(), **stopped}


def _failed(
    judged: Judgement, tried: Sequence[Treatment], patient_id: UUID, last: int, observed: Sequence[Observed]
) -> Json:
    compared = judged.last_comparison(last)
    cites = [cited(one.resource["id"]) for one in observed if compared and _counts(one, judged, compared, last)]
    return {
        "resourceType": "DetectedIssue",
        "id": id_of(patient_id, "trial", judged.trial.records[0].id),
        "status": "final",
        "code": concept(own("trial_failed")),
        "patient": cited(patient_id),
        "implicated": [cited(_id(record, patient_id)) for record in tried],
        **({"evidence": [{"detail": cites}]} if cites else {}),
        "detail": _in_words(judged, tried[-1], last, compared),
    }


def _counts(one: Observed, judged: Judgement, compared: Comparison, last: int) -> bool:
    """Whether it is one of the scores of the weeks that were compared."""
    day, until = one.day.toordinal(), min(last, judged.trial.end)
    near = judged.trial.start - SIDE_DAYS <= day < judged.trial.start or until - SIDE_DAYS < day <= until
    return near and one.question in _SCORES_OF[compared.before.question]


def _in_words(judged: Judgement, record: Treatment, last: int, compared: Comparison | None) -> str:
    said = f"{_name(record)}: {VERDICTS[judged.verdict_on(last)]}"
    if compared is None:
        return said
    question = QUESTIONS[compared.before.question]
    return f"{said} ({question}: {number(round(compared.before.mean, 1))} → {number(round(compared.after, 1))})"


def _name(record: Treatment) -> str:
    return one_line(record.name) or str(own(record.kind, "treatment")["display"])


def _id(record: Treatment, patient_id: UUID) -> str:
    return id_of(patient_id, "treatment", record.id)
