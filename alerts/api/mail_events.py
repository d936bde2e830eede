"""`/mail-events`: where the mail provider reports what became of mails (`EMAIL_PROVIDER`), signed as it signs.

Anymail checks the signature and reads the report. What nothing signs is refused: anyone could otherwise have us believe
that no mail arrives.
"""

from functools import cache
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from anymail.exceptions import AnymailInsecureWebhookWarning, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from alerts.delivery.mail_events import MailEvent, NotRecorded, note_mail_event

LARGEST: Final = 1024 * 1024
"""Bytes of one request: some providers report hundreds of mails at once."""
_AGAIN_SECONDS: Final = 30
_CAME_BACK: Final = frozenset({EventType.BOUNCED, EventType.REJECTED, EventType.FAILED})
_PASSES: Final = frozenset({RejectReason.TIMED_OUT, RejectReason.BLOCKED, RejectReason.OTHER})
"""Why a mail comes back that the next one may not: a full mailbox, a server that thinks it is spam."""
_UNREADABLE: Final = (ValueError, TypeError, AttributeError, LookupError)
"""What Anymail raises of a signed report in a shape that it does not know."""


@csrf_exempt
@never_cache
@require_POST
def mail_events(request: HttpRequest) -> HttpResponse:
    """Take in what the provider reports: 200, or 503 for what it is to send again."""
    view = verifying_view()
    if view is None:
        raise Http404
    if view.basic_auth and "Authorization" not in request.headers:  # some send it only when asked
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": 'Basic realm="mail-events"'})
    try:
        view.run_validators(request)
        reported = view.parse_events(request)
    except AnymailWebhookValidationFailure:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    except _UNREADABLE:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    now = timezone.now()
    try:
        for event in filter(None, map(_event, reported)):
            note_mail_event(event, now=now)
    except NotRecorded:
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": str(_AGAIN_SECONDS)})
    return HttpResponse()


def verifying_view() -> Any:
    """Anymail's view for the provider; None without one, and while nothing would sign what it reports.

    Raises AnymailConfigurationError for a key that is missing.
    """
    if not settings.EMAIL_PROVIDER:
        return None
    try:
        view = _view_of(settings.EMAIL_PROVIDER)()
    except AnymailInsecureWebhookWarning:  # where warnings are errors
        return None
    return None if view.warn_if_no_basic_auth and not view.basic_auth else view


@cache
def _view_of(provider: str) -> Any:
    return resolve(f"/{provider}/tracking/", "anymail.urls").func.view_class  # type: ignore[attr-defined]


def _event(reported: AnymailTrackingEvent) -> MailEvent | None:
    """None for what says nothing about whether mail arrives."""
    kind = reported.event_type
    if not reported.recipient or kind not in _CAME_BACK | {EventType.DELIVERED, EventType.COMPLAINED}:
        return None
    return MailEvent(
        kind="arrived" if kind == EventType.DELIVERED else "came_back" if kind in _CAME_BACK else "called_spam",
        address=reported.recipient,
        at=reported.timestamp or timezone.now(),
        final=kind in _CAME_BACK - {EventType.FAILED} and reported.reject_reason not in _PASSES,
        message_id=reported.message_id or "",
        reference=_uuid((reported.metadata or {}).get("reference")),
    )


def _uuid(said: object) -> UUID | None:
    try:
        return UUID(str(said))
    except ValueError:
        return None
