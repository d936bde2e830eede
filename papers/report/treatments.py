"""What was tried: dose, days, how often it was taken, the pain before and after. As of the last day of the report."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from alerts.messages.amounts import points
from alerts.messages.for_doctors import QUESTIONS, VERDICTS
from alerts.rules.case import Case
from alerts.rules.comparison import SIDE_DAYS, Comparison
from alerts.rules.history import Treatment
from alerts.rules.treatment_record import judgements
from alerts.rules.trials import STILL_RUNNING
from alerts.rules.verdicts import Judgement
from papers.amounts import name_and_dose
from papers.calendar import from_to, short_day
from papers.reading import Reading
from papers.report.reasons import in_the_appendix
from papers.report.shapes import Table
from papers.words import TREATMENTS

MOST: Final = 5
MOST_IN_ALL: Final = 100


class _Tried(NamedTuple):
    """One attempt; `judged` is None for a lower dose, which is not judged by itself."""

    records: Sequence[Treatment]
    start: int
    end: int
    judged: Judgement | None


def treatments(reading: Reading, *, most: int = MOST) -> Table:
    """The attempts that reach into the report, the latest begun first."""
    tried = sorted(_in(reading, _tried(reading.case)), key=lambda one: (one.start, one.records[-1].id), reverse=True)
    return Table(
        heading=_("Treatments"),
        columns=[_("What"), _("From–to"), _("Taken"), _("Before → after (0–10)"), _("Result in the diary")],
        rows=[_row(one, reading) for one in tried[:most]],
        otherwise=_("No treatment was noted."),
        more=in_the_appendix(len(tried) - most),
    )


def _tried(case: Case) -> list[_Tried]:
    judged = [_Tried(one.trial.records, one.trial.start, one.trial.end, one) for one in judgements(case)]
    known = {record.id for one in judged for record in one.records}
    return judged + [_alone(record) for record in case.history.treatments if record.id not in known]


def _alone(record: Treatment) -> _Tried:
    end = STILL_RUNNING if record.stopped_on is None else record.stopped_on.toordinal()
    return _Tried([record], record.started_on.toordinal(), end, None)


def _in(reading: Reading, tried: Sequence[_Tried]) -> list[_Tried]:
    return [one for one in tried if max(one.start, reading.numbers.start) <= one.end]


def _row(one: _Tried, reading: Reading) -> list[str]:
    record = one.records[-1]
    last = min(one.end, reading.numbers.stop - 1)
    return [
        f"{name_and_dose(record)} ({TREATMENTS[record.kind]})",
        _days(one, last),
        _taken(one, reading.case, last),
        _before_and_after(one, last),
        _verdict(one, last),
    ]


def _days(one: _Tried, last: int) -> str:
    since = date.fromordinal(one.start)
    if one.end > last:
        return _("since %(day)s") % {"day": short_day(since)}
    return from_to(since, date.fromordinal(one.end))


def _taken(one: _Tried, case: Case, last: int) -> str:
    answered, taken = case.taken(one.records).window(last, last - one.start + 1)
    if not answered:
        return _("not answered")
    return _("%(taken)d of %(answered)d answered days") % {"taken": taken, "answered": answered}


def _before_and_after(one: _Tried, last: int) -> str:
    found = _last_comparison(one.judged, last) if one.judged else None
    if found is None:
        return _("not known")
    day, compared = found
    scores = len(compared.before.series.values_between(day - SIDE_DAYS + 1, day))
    before = _("recalled") if compared.before.low_confidence else f"n = {len(compared.before.scores)}"
    question = QUESTIONS[compared.before.question]
    return f"{points(compared.before.mean)} ({before}) → {points(compared.after)} (n = {scores}), {question}"


def _last_comparison(judged: Judgement, last: int) -> tuple[int, Comparison] | None:
    days = range(min(last, judged.trial.end), judged.trial.start, -1)
    return next(((day, found) for day in days if (found := judged.comparison_on(day))), None)


def _verdict(one: _Tried, last: int) -> str:
    if one.judged is None or one.judged.adequate_from is None or one.judged.adequate_from > last:
        return _("not judged: too short, or taken too rarely")
    return str(VERDICTS[one.judged.verdict_on(last)])
