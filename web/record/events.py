"""`/diary/events`: what happened once, such as a fall or a visit to a doctor; and one of them, to change or take back.

A visit asks what the doctor said: in words for the diary, and as the answer to the messages that it was about.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, cast
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.acting.answers import Act, say
from alerts.acting.outcome import is_a_question
from alerts.models import Alert
from alerts.models.alert import ASSESSED
from alerts.rules.tiers import Tier
from alerts.showing.visible import all_shown, visible
from diary.access.levels import Diary
from diary.access.log import Line
from diary.format.fields import Event
from diary.format.salvage import salvaged
from diary.format.validation import latest_date
from diary.recording.batch import Outcome
from diary.recording.decision import NOT_STORED, Change
from diary.recording.listing import Span, resources
from diary.screening_port import Raised, screening
from papers.calendar import short_day
from papers.words import EVENTS
from papers.words import SITES as PLACES
from web.alert_view import outcomes
from web.page import language_asked
from web.question import NO_ANSWER, NOT_ANSWERED, Choice, Question, one_of, yes_or_no
from web.record.record_form import RecordForm
from web.today.answers import number_in
from web.today.questions import SCORES, SITES
from web.today.whose import DiaryReaderPage

VISIT: Final = "doctor_visit"
TRAUMAS: Final[Mapping[str, Promise]] = {
    "none": gettext_lazy("No blow and no fall"),
    "minor": gettext_lazy("A small one, such as tripping"),
    "major": gettext_lazy("A hard one, such as from a height or in traffic"),
}
_SAID: Final = {"yes": True, "no": False}


class EventsPage(DiaryReaderPage):
    """All of them, the newest first, a hundred on a page."""

    reach = {"GET": "read"}
    here = "diary"

    def get(self, request: HttpRequest, patient: Diary = "me") -> HttpResponse:
        """As they are now."""
        listing = resources(patient_id=self.access.patient_id, kind="event", span=Span(), newest_first=True)
        found, after = self.part_of(listing)
        self.note_look(Line("read", "events"))
        events = [cast("Event", row.content) for row in found]
        writes = self.access.reaches("log")
        return self.page(
            "pages/events.html",
            lambda: {
                "events": [
                    {
                        "words": in_words(one),
                        "note": one.note,
                        "page": self.address("event-page", one.id) if writes else None,
                    }
                    for one in events
                ],
                "new": self.address("new-event") if writes else None,
                "visit": self.address("new-visit") if writes else None,
                "saved": "saved" in request.GET,
                "after": after,
            },
        )


class EventPage(RecordForm):
    """One event."""

    type = "event"
    template = "pages/event_form.html"
    back = "events"
    kind: ClassVar[str] = ""
    """What a new one is, where its page says so."""
    says: ClassVar[Mapping[str, Promise]] = {
        "kind": gettext_lazy("Choose what happened."),
        "date": gettext_lazy("Choose a day that isn't in the future."),
        "note": gettext_lazy("A note has at most 4,000 characters."),
    }

    @classmethod
    def signs(cls, request: HttpRequest) -> Sequence[Raised]:
        """Of what was sent and could not even be looked at: judged alone, without the database."""
        now, match = timezone.now(), request.resolver_match
        return screening().signs_in_refused(
            refused=[salvaged(cls.sent_in(request.POST), latest=latest_date(now), now=now)],
            patient_id=None,
            own=match is None or match.kwargs.get("patient", "me") == "me",
            language=language_asked(request),
            now=now,
        )[0]

    @classmethod
    def sent_in(cls, form: QueryDict) -> dict[str, Any]:
        """Of a visit and of anything else just what its own form asks."""
        kind, pain = form.get("kind", ""), form.get("assessed_pain", NOT_ANSWERED)
        note = form.get("note", "").strip().replace("\r\n", "\n")
        sent: dict[str, Any] = {"kind": kind, "date": form.get("date", ""), "note": note or None}
        if kind == VISIT:
            about = _SAID.get(form.get("about_this_pain", NOT_ANSWERED))
            return {**sent, "about_this_pain": about, "assessed_pain": number_in(pain) if pain else None}
        trauma, site = form.get("trauma", ""), form.get("site", "")
        return {**sent, "trauma": trauma if trauma in TRAUMAS else None, "site": site if site in SITES else None}

    def given_of(self, content: Event) -> dict[str, Any]:
        """As the form shows it."""
        said = {True: "yes", False: "no", None: NOT_ANSWERED}
        return {
            "kind": content.kind,
            "date": content.date.isoformat(),
            "trauma": content.trauma or NOT_ANSWERED,
            "site": content.site or NOT_ANSWERED,
            "about_this_pain": said[content.about_this_pain],
            "assessed_pain": NOT_ANSWERED if content.assessed_pain is None else str(content.assessed_pain),
            "note": content.note or "",
        }

    def begun(self) -> dict[str, Any]:
        """Of today, until it is said otherwise."""
        return {"kind": self.kind, "date": self.today(), "about_this_pain": "yes"}

    def asked(self, given: Mapping[str, Any], id_: UUID) -> Mapping[str, Any]:
        """The questions of a visit, or of anything else."""
        if given.get("kind") == VISIT:
            chosen = given.get("assessed_pain", NOT_ANSWERED)
            scores = [*(Choice(str(n), str(n), chosen == str(n)) for n in SCORES), NO_ANSWER]
            return {
                "visit": True,
                "about": yes_or_no("about_this_pain", _("Was it about this pain?"), given),
                "pain": Question("assessed_pain", _("How bad was the pain at the visit?"), scores),
                **self._alerts_asked(given, id_),
            }
        kinds = [(word, label, word == given.get("kind")) for word, label in EVENTS.items() if word != VISIT]
        return {
            "kinds": kinds,
            "trauma": one_of("trauma", _("A blow or a fall?"), TRAUMAS, given),
            "sites": [(word, label, word == given.get("site")) for word, label in SITES.items()],
        }

    def in_words(self, content: Event) -> str:
        """With its note."""
        return f"{in_words(content)}: {content.note}" if content.note else in_words(content)

    def signs_in(self, sent: Mapping[str, Any], id_: UUID) -> Sequence[Raised]:
        """They are told, although the event is not stored."""
        read = salvaged(dict(sent), id_=id_, latest=latest_date(self.now), now=self.now)
        return screening().signs_in_refused(
            refused=[read], patient_id=self.access.patient_id, own=self.own, language=self.language, now=self.now
        )[0]

    def keep(self, change: Change) -> Outcome:
        """With a visit, what the doctor said of the messages that were ticked: both, or neither."""
        what = self.request.POST.get("outcome", "")
        ticked = self.request.POST.getlist("alert")
        visit = change.content if isinstance(change.content, Event) and change.content.kind == VISIT else None
        with transaction.atomic():
            outcome = self.record(change)
            if visit and visit.about_this_pain and what in ASSESSED and outcome.status not in NOT_STORED:
                named = [alert.pk for alert in self._alerts(change.id) if str(alert.pk) in ticked]
                say(
                    access=self.access,
                    alert_ids=named,
                    what=cast("Act", what),
                    visit_id=change.id,
                    by_link=False,
                    now=self.now,
                )
        return outcome

    def _alerts(self, visit_id: UUID) -> list[Alert]:
        """Those of which it is still asked what the doctor said, and those of which this visit says it."""
        asked = [alert for alert in visible(self.access) if is_a_question(alert)]
        return [alert for alert in asked if alert.state != "closed" or alert.visit_id == visit_id]

    def _alerts_asked(self, given: Mapping[str, Any], id_: UUID) -> dict[str, Any]:
        alerts = self._alerts(id_)
        shown = all_shown(visible(self.access).filter(pk__in=[alert.pk for alert in alerts]), self.access, now=self.now)
        ticked = self.request.POST.getlist("alert") if self.request.method == "POST" else None
        # What needs help now is never closed by leaving a tick where it is.
        unseen = {alert.pk for alert in alerts if alert.state == "open" and Tier(alert.tier).rank >= Tier.URGENT.rank}
        answered = {alert.outcome for alert in alerts if alert.visit_id == id_}
        chosen = given.get("outcome") or (answered.pop() if len(answered) == 1 else NOT_ANSWERED)
        said = {choice.word: choice.label for choice in outcomes(own=self.own, went=True)}
        return {
            "alerts": [
                (one.id, one.title, one.id not in unseen if ticked is None else str(one.id) in ticked) for one in shown
            ],
            "outcome": one_of("outcome", _("What did the doctor say?"), said, {"outcome": chosen}),
        }


class VisitPage(EventPage):
    """A new visit to a doctor."""

    kind = VISIT

    def get(self, request: HttpRequest, id: UUID | None = None, patient: Diary = "me") -> HttpResponse:  # noqa: A002
        """Its form shows alerts, which is a look at them."""
        self.note_look(Line("read", "alerts"))
        return super().get(request, id, patient)


def in_words(one: Event) -> str:
    """As Fall, lower back, 3 May 2026."""
    site = f", {PLACES[one.site]}" if one.site else ""
    return f"{EVENTS[one.kind]}{site}, {short_day(one.date)}"
