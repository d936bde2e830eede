"""`/alerts`: every alert so far, the newest first: what it was, who got which message when, and what was done about it.

The same at `/caring/<patient>/alerts` for the care circle, as far as each of them sees.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final, NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.acting.answers import Opened, opened
from alerts.followed import ShownDelivery
from alerts.messages.responses import moment
from alerts.models import Alert
from alerts.showing.shapes import ShownAlert
from alerts.showing.visible import listed
from diary.access.levels import Diary
from diary.access.log import Line
from web.alert_view import Done, what_was_done
from web.today.whose import DiaryReaderPage

_BY: Final[Mapping[str, Promise]] = {
    "email": _("by email"),
    "push": _("to the phone"),
    "web_push": _("to the browser"),
    "sms": _("by text message"),
    "webhook": _("to a program"),
}
_STATES: Final[Mapping[str, Promise]] = {
    "open": _("No one has said yet that they're helping."),
    "acknowledged": _("No one has said yet whether a doctor has seen this."),
    "closed": _("Closed."),
    "withdrawn": _("Taken back: the diary was changed."),
}
_LEADS: Final[Mapping[str, Promise]] = {"open": _("Read and answer"), "acknowledged": _("Say what the doctor said")}
_READ: Final[Promise] = _("Read it")
_OPENED: Final[Promise] = _("opened")
_ARRIVED: Final[Promise] = _("arrived")
_SENT: Final[Promise] = _("sent")
_FAILED: Final[Promise] = _("didn't get through")
_ON_ITS_WAY: Final[Promise] = _("on its way")


class Sent(NamedTuple):
    """One message: to whom (None for the reader, "" for someone without a name), by which way, how far it came, when.

    `at` is by the reader's clock, None for one that was not sent.
    """

    to: str | None
    by: object
    came: object
    at: str | None


class Past(NamedTuple):
    """One alert, how it stands, what was sent and done about it, and what the link to it says."""

    alert: ShownAlert
    stands: object
    sent: list[Sent]
    done: list[Done]
    lead: object


class AlertsPage(DiaryReaderPage):
    """A hundred at a time, open emergencies before all others."""

    reach = {"GET": "alerts"}
    here = "diary"

    def get(self, request: HttpRequest, patient: Diary = "me") -> HttpResponse:
        """As far as the reader may see them now. Raises Problem 404 for a cursor of another list."""
        alerts, after = self.part_of(listed(self.access, now=self.now))
        self.note_look(Line("read", "alerts"))
        found = opened(access=self.access, alerts=alerts)
        reads = self.access.reaches("read")
        return self.page(
            "pages/alerts.html",
            lambda: {"alerts": _in_order(alerts, found, self.zone), "after": after, "reads": reads},
        )


def _in_order(alerts: Sequence[Alert], found: Opened, zone: tzinfo) -> list[Past]:
    shown = {alert.id: alert for alert in found.alerts}
    return [_past(shown[alert.pk], found, zone) for alert in alerts]


def _past(alert: ShownAlert, found: Opened, zone: tzinfo) -> Past:
    return Past(
        alert=alert,
        stands="" if alert.tier in ("watch", "check_up") and alert.state == "open" else _STATES[alert.state],
        sent=[_sent(one, found.reader_id, zone) for one in alert.deliveries if one.state != "dropped"],
        done=what_was_done([alert], found, zone),
        lead=_LEADS.get(alert.state, _READ),
    )


def _sent(delivery: ShownDelivery, reader_id: UUID, zone: tzinfo) -> Sent:
    came, at = _how_far(delivery)
    mine = delivery.recipient.id == reader_id
    return Sent(
        to=None if mine else delivery.recipient.name or "",
        by=_BY.get(delivery.channel, delivery.channel),
        came=came,
        at=moment(at, zone) if at else None,
    )


def _how_far(delivery: ShownDelivery) -> tuple[Promise, datetime | None]:
    """As far as is known, and since when."""
    reached = ((_OPENED, delivery.opened_at), (_ARRIVED, delivery.delivered_at), (_SENT, delivery.sent_at))
    known = next(((word, at) for word, at in reached if at), None)
    return known or (_FAILED if delivery.state == "failed" else _ON_ITS_WAY, None)
