"""`/account/looks`: who looked into the reader's diary or changed it, and when."""

from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.access.log import SUPPORT, AccessedLine, Line, access_lines
from diary.models.access_line import Action
from web.reader import ReaderPage

ACTIONS: Final[Mapping[Action, Promise]] = {
    "read": _("looked at"),
    "written": _("wrote"),
    "deleted": _("deleted"),
    "synced": _("synced"),
    "exported": _("took along"),
    "imported": _("imported"),
    "invited": _("invited"),
    "accepted": _("accepted"),
    "level_changed": _("changed how far someone sees"),
    "revoked": _("ended"),
    "left": _("left"),
    "acknowledged": _("is helping"),
    "taken_back": _("took back"),
    "snoozed": _("put off"),
    "outcome_given": _("said what the doctor said"),
}
_ENTRIES: Final = _("entries")
_DIARY: Final = _("the diary")
_ALERTS: Final = _("alerts")
_CIRCLE: Final = _("the care circle")
THINGS: Final[Mapping[str, Promise]] = {
    "entry": _ENTRIES,
    "entries": _ENTRIES,
    "treatment": _("treatments"),
    "treatments": _("treatments"),
    "event": _("events and visits"),
    "events": _("events and visits"),
    "alert": _ALERTS,
    "alerts": _ALERTS,
    "alert-link": _("alerts, by the link in a message"),
    "caring": _("alerts and the day of the last entry"),
    "profile": _("what is about you"),
    "caregiver": _CIRCLE,
    "caregivers": _CIRCLE,
    "escalation": _("who gets a message after whom"),
    "access-log": _("this list"),
    "account": _("everything"),
    "document": _("a document"),
    "overview": _("the overview"),
    "report": _("the page for the doctor"),
    "account-states": _("how your account is doing, and nothing of the diary"),
    "sessions": _("where you're signed in"),
    "second-factors": _("your second factor"),
    "messages": _("messages that didn't arrive, to send them again"),
    "places": _("where your messages go"),
}
"""What the log calls a thing; everything else is some form of the diary."""


class LooksPage(ReaderPage):
    """The log, newest first, a hundred lines at a time."""

    reach = {"GET": "own"}
    here = "account"

    @transaction.atomic
    def get(self, request: HttpRequest) -> HttpResponse:
        """With this look. Raises Problem 404 for a cursor of another list."""
        self.note_look(Line("read", "access-log"))
        lines, after = self.part_of(access_lines(patient_id=self.access.patient_id))
        told = [(line, self._who(line), ACTIONS[line.action], THINGS.get(line.resource, _DIARY)) for line in lines]
        return self.page("pages/looks.html", lambda: {"lines": told, "after": after})

    def _who(self, line: AccessedLine) -> object:
        if line.actor == self.caller.user_id:
            return _("You")
        if line.actor == SUPPORT:
            return _("Support")
        return line.actor_name or _("Someone whose account is gone")
