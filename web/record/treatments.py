"""`/diary/treatments`: what is being tried, and what was; and one of them, to start, change, stop or take back."""

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar, Final, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from diary.access.levels import Diary
from diary.access.log import Line
from diary.format.fields import Treatment
from diary.reaching.local_time import local_date
from diary.recording.listing import goes_on, treatments
from papers.amounts import number
from papers.calendar import from_to, short_day
from papers.words import TREATMENTS
from web.question import NO_ANSWER, NOT_ANSWERED, Choice, Question
from web.reader import version_in
from web.record.record_form import RecordForm
from web.today.answers import number_in
from web.today.questions import SCORES
from web.today.whose import DiaryReaderPage

_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
"""Twelve hundred to one reader, and a little more than one to another: no dose may be misread."""


class TreatmentsPage(DiaryReaderPage):
    """All of them, those that go on first, a hundred on a page."""

    reach = {"GET": "read"}
    here = "diary"

    def get(self, request: HttpRequest, patient: Diary = "me") -> HttpResponse:
        """As they are now."""
        tomorrow = local_date(user_id=self.patient.pk, now=self.now) + timedelta(days=1)
        found, after = self.part_of(treatments(patient_id=self.access.patient_id, on=tomorrow))
        self.note_look(Line("read", "treatments"))
        rows = [(row, cast("Treatment", row.content)) for row in found]
        writes = self.access.reaches("log")

        def listed(*, going_on: bool) -> list[dict[str, Any]]:
            return [
                {
                    "words": in_words(one),
                    "name": one.name,
                    "page": self.address("treatment-page", one.id) if writes else None,
                    "version": row.version,
                }
                for row, one in rows
                if goes_on(one, tomorrow) == going_on
            ]

        return self.page(
            "pages/treatments.html",
            lambda: {
                "current": listed(going_on=True),
                "past": listed(going_on=False),
                "new": self.address("new-treatment") if writes else None,
                "saved": "saved" in request.GET,
                "after": after,
                "begins": "after" not in request.GET,
            },
        )


class TreatmentPage(RecordForm):
    """One treatment."""

    type = "treatment"
    template = "pages/treatment_form.html"
    back = "treatments"
    says: ClassVar[Mapping[str, Promise]] = {
        "name": gettext_lazy("Enter a name of at most 200 characters."),
        "kind": gettext_lazy("Choose what it is."),
        "started_on": gettext_lazy("Choose a day that isn't in the future."),
        "stopped_on": gettext_lazy("Choose a day that isn't in the future, and not before the first day."),
        "daily_dose": gettext_lazy("Enter a number, such as 400 or 0.5, without a mark for thousands."),
        "dose_unit": gettext_lazy("Enter a unit of at most 40 characters, such as mg."),
    }

    def post(self, request: HttpRequest, id: UUID | None = None, patient: Diary = "me") -> HttpResponse:  # noqa: A002
        """Also that it was stopped today, which changes nothing else."""
        if id and request.POST.get("do") == "stop" and self.stored(id):
            return self.write(id, version_in(request), {"stopped_on": self.today()})
        return super().post(request, id, patient)

    @classmethod
    def sent_in(cls, form: QueryDict) -> dict[str, Any]:
        """An empty field is no answer."""
        given = {name: form.get(name, "").strip() or None for name in cls.says}
        dose = given["daily_dose"]
        if dose is not None and not _THOUSANDS.fullmatch(dose):
            given |= {"daily_dose": cast("Any", number_in(dose))}
        before = form.get("recalled_score_before", NOT_ANSWERED)
        return {**given, "recalled_score_before": number_in(before) if before else None}

    def given_of(self, content: Treatment) -> dict[str, Any]:
        """The dose as it was given, to its last decimal."""
        score = content.recalled_score_before
        return {
            "kind": content.kind,
            "name": content.name,
            "started_on": content.started_on.isoformat(),
            "stopped_on": content.stopped_on.isoformat() if content.stopped_on else "",
            "daily_dose": "" if content.daily_dose is None else f"{Decimal(str(content.daily_dose)).normalize():f}",
            "dose_unit": content.dose_unit or "",
            "recalled_score_before": NOT_ANSWERED if score is None else str(score),
        }

    def begun(self) -> dict[str, Any]:
        """Started today, until it is said otherwise."""
        return {"started_on": self.today()}

    def asked(self, given: Mapping[str, Any], id_: UUID) -> Mapping[str, Any]:
        """What it is, and how bad the pain was before it."""
        chosen = given.get("recalled_score_before", NOT_ANSWERED)
        scores = [*(Choice(str(n), str(n), chosen == str(n)) for n in SCORES), NO_ANSWER]
        return {
            "kinds": [(word, label, word == given.get("kind")) for word, label in TREATMENTS.items()],
            "before": Question("recalled_score_before", _("How bad was the pain before it?"), scores),
        }

    def in_words(self, content: Treatment) -> str:
        """Name, dose and days."""
        return in_words(content)


def in_words(one: Treatment) -> str:
    """As Ibuprofen 1200 mg, since 3 May 2026."""
    dose = "" if one.daily_dose is None else f" {number(one.daily_dose)} {one.dose_unit or ''}".rstrip()
    if one.stopped_on is None:
        return _("%(treatment)s, since %(day)s") % {"treatment": one.name + dose, "day": short_day(one.started_on)}
    return f"{one.name}{dose}, {from_to(one.started_on, one.stopped_on)}"
