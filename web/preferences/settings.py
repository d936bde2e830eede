"""`/settings`: the name, reminders, quiet hours, where messages reach someone, what they stopped, silence and pause."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.channels.web_push import public_key
from alerts.courtesy.trial import newest_test
from alerts.messages.kinds_of_mail import kind_of_mail
from alerts.models import Courtesy
from alerts.rules.tiers import Tier
from diary.access.circle import caring_of
from diary.access.log import Line
from diary.format.fields import FOR_GOOD
from diary.format.strict_json import Invalid
from diary.limits.networks import wide_network_of
from diary.models import Patient
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found, said
from diary.proof import Proof
from diary.reaching.devices import StoredDevice, devices
from diary.reaching.pause import is_paused
from diary.reaching.phones import read_phone
from diary.reaching.preferences import Preferences, read_preferences
from diary.reaching.sms import sms_provider
from web.beginning.places import regions
from web.identity.again import asked_again
from web.page import see_other
from web.preferences.change import Change
from web.preferences.changes import CHANGES
from web.preferences.ways import name_of, testable, this_browser, wanted
from web.reader import ReaderPage, digest_of

LANGUAGES: Final[Mapping[str, str]] = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français"}
_PLATFORMS: Final[Mapping[str, Promise]] = {
    "ios": _("An iPhone or iPad"),
    "android": _("An Android phone"),
    "web": _("A browser"),
}
_MOST: Final = 100
_UNFIT: Final = _("That didn't work. Check what you entered.")
_FAULTS: Final[Mapping[str, Promise]] = {
    "name": _("Use a plain name, without links or special characters."),
    "reminder": _("Choose a time, and at least one day."),
    "quiet-hours": _("Choose a start and an end that differ."),
    "silence": _("Enter a number of days from 3 to 60."),
    "ways": _("Emergencies and what must be seen today need a way to reach you."),
    "number": _("Enter a number that this service sends to, with its country, such as +34 600 000 000."),
    "calls": _("Enter a number with its country, such as +34 600 000 000."),
    "number-code": _("This code is wrong or too old. Ask for a new one."),
}
_SECTIONS: Final = {"no-reminder": "reminder", "number-code": "number", "no-number": "number", "no-browser": "browser"}
"""Where a form stands that is named for something else."""
_NOT_ABOUT_THE_FORM: Final = (ProblemType.NOT_FOUND, ProblemType.INVALID_TOKEN)


class Tested(NamedTuple):
    """How far one test message came."""

    way: object
    state: object


class SettingsPage(ReaderPage):
    """A section for each, with a form of its own; what was saved is said where it was."""

    reach = {"GET": "own", "POST": "own"}
    here = "settings"

    def get(self, request: HttpRequest) -> HttpResponse:
        """As it stands."""
        return self._shown(saved=request.GET.get("saved", ""))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Change what the form names. Raises Problem 404 for what there is not."""
        what = request.POST.get("do", "")
        if what not in CHANGES:
            raise not_found()
        try:
            CHANGES[what](self.change())
        except Invalid:
            return self._shown(faults={what: _FAULTS.get(what, _UNFIT)})
        except Problem as problem:
            if problem.type is ProblemType.PROOF_REQUIRED:
                return asked_again(request)
            if problem.type in _NOT_ABOUT_THE_FORM:
                raise
            return self._shown(faults={what: said(problem.detail)}, status=problem.status)
        section = _SECTIONS.get(what, what)
        return see_other(f"{reverse('settings')}?saved={section}#{section}")

    def change(self) -> Change:
        """What was sent, and by whom."""
        return Change(
            form=self.request.POST,
            access=self.access,
            session_id=self.caller.session_id,
            network=wide_network_of(self.request),
            proof=Proof(digest_of(self.request) or "", self.now),
            now=self.now,
        )

    def _shown(
        self, *, saved: str = "", faults: Mapping[str, object] | None = None, status: int | None = None
    ) -> HttpResponse:
        user_id = self.caller.user_id
        preferences = read_preferences(user_id=user_id)
        patient = Patient.objects.select_related("user").get(pk=self.access.patient_id)
        owned, _cursor = devices(user_id=user_id).page(limit=_MOST, cursor=None)
        here = this_browser(user_id=user_id, session_id=self.caller.session_id)
        tests = newest_test(user_id=user_id)
        self.note_look(Line("read", "profile"))
        return self.page(
            "pages/settings.html",
            lambda: {
                "saved": saved,
                "faults": {name.replace("-", "_"): said for name, said in (faults or {}).items()},
                "given": self.request.POST,
                "preferences": preferences,
                "languages": LANGUAGES.items(),
                "weekdays": _weekdays(preferences),
                "stopped": list(_stopped(preferences, user_id)),
                "tests": [_tested(one) for one in tests],
                "silence_days": patient.silence_notice_days,
                "paused": is_paused(patient, now=self.now),
                "paused_until": None if patient.paused_until == FOR_GOOD else patient.paused_until,
                "devices": _devices(owned, here),
                "here_device": here,
                "region": patient.region,
                "calls": patient.phone_for_circle,
                "regions": regions(),
                "ways": wanted(preferences),
                "testable": testable(user_id),
                "push_key": public_key(),
                "phone": read_phone(user_id=user_id, now=self.now),
                "sms": sms_provider() is not None,
            },
            status=status or (HTTPStatus.BAD_REQUEST if faults else HTTPStatus.OK),
        )


def _weekdays(preferences: Preferences) -> list[tuple[int, object, bool]]:
    """Number, name, and whether a reminder comes on it; every day while none is wanted."""
    wanted = preferences.logging_reminder
    return [(n + 1, name, wanted is None or n + 1 in wanted.weekdays) for n, name in WEEKDAYS.items()]


def _stopped(preferences: Preferences, user_id: UUID) -> Iterator[tuple[str, str]]:
    """How the form names the mails, and what they are; none about a diary of which the reader may know no more."""
    names: dict[UUID, str | None] = {
        place.patient_id: place.patient.user.get_full_name() for place in caring_of(user_id=user_id)
    }
    names |= dict.fromkeys(Patient.objects.filter(user_id=user_id).values_list("pk", flat=True))
    for one in preferences.unsubscribed:
        if one.patient in names:
            yield f"{one.patient} {one.tier}", kind_of_mail(Tier(one.tier), whose=names[one.patient])


def _tested(one: Courtesy) -> Tested:
    reached = {
        _("you said that it reached you"): one.opened_at,
        _("it arrived"): one.delivered_at,
        _("it was sent"): one.sent_at,
    }
    over = _("it didn't get through") if one.state in ("failed", "dropped") else _("it's on its way")
    return Tested(name_of(one.channel), next((said for said, at in reached.items() if at), over))


def _devices(owned: Sequence[StoredDevice], here: UUID | None) -> list[dict[str, Any]]:
    return [
        {
            "id": one.content.id,
            "platform": _PLATFORMS[one.content.platform],
            "updated_at": one.updated_at,
            "is_here": one.content.id == here,
        }
        for one in owned
        if one.content is not None
    ]
