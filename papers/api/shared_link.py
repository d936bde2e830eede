"""`/shl/…`: where a SMART Health Link is asked what it gives (HL7 SMART Health Links, 1.0.0). No one signs in.

With a passcode by a POST, whose answer names the encrypted file; without one a GET gives the file itself. Programs on
pages of other origins may ask, as the specification wants; they send no cookie and get none.
"""

from http import HTTPStatus
from typing import Any, ClassVar, Final

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_noop as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from diary.api.framework.limiting import WHOLE_DIARY, few_at_once, require_within_limits
from diary.api.framework.parsers import SMALL, parsed, raw_body
from diary.format.strict_json import FieldError
from diary.models.access_line import MOST_OF_RECIPIENT
from diary.problems import Problem, invalid, method_not_allowed, problem_response
from papers.fhir.bundle import CONTENT_TYPE
from papers.sharing.contents import ENCRYPTED, encrypted_bundle
from papers.sharing.opening import Opened, WrongPasscode, file_ticket, needs_passcode, open_file, open_share
from papers.typesetting.plain_text import one_line

_AT_ONCE: Final = 2
"""Requests that one link may have going on."""
_RECIPIENT: Final = _("must say who opens the link")


class OpenToAll(View):
    """An address for anyone who has it, which no cache, no index and no log keeps."""

    headers: ClassVar = {
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }

    @method_decorator(csrf_exempt)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer, or the problem that there is."""
        try:
            require_within_limits(request, holder=None)
            answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        except Problem as problem:
            answer = problem_response(problem)
        for name, value in self.headers.items():
            answer[name] = value
        return answer

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Raises Problem 405."""
        allowed = [name.upper() for name in self.http_method_names if hasattr(self, name)]
        raise method_not_allowed(", ".join(allowed))

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What a browser asks before it lets a page of another origin send JSON here."""
        allowed = {"Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": "content-type"}
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=allowed)


class SharedLinkView(OpenToAll):
    """The link."""

    http_method_names = ["get", "post", "options"]

    def get(self, request: HttpRequest, address: str) -> HttpResponse:
        """The file itself (flag U). Raises Problem 400 without `recipient`, 404, 405 for a link with a passcode."""
        now = timezone.now()
        if needs_passcode(address, now=now):
            raise method_not_allowed("POST")
        recipient = _recipient(request.GET.get("recipient"))
        opened = open_share(address=address, recipient=recipient, passcode=None, now=now)
        return _refusal(opened) if isinstance(opened, WrongPasscode) else _file(request, opened)

    def post(self, request: HttpRequest, address: str) -> HttpResponse:
        """The manifest. Raises Problem 400, 404; a wrong passcode is answered 401 with the tries that are left.

        Who bounds what is embedded gets the place of the file instead, which is good for an hour.
        """
        asked = _asked(request)
        recipient, passcode = _recipient(asked.get("recipient")), asked.get("passcode")
        given = passcode if isinstance(passcode, str) else None
        opened = open_share(address=address, recipient=recipient, passcode=given, now=timezone.now())
        if isinstance(opened, WrongPasscode):
            return _refusal(opened)
        if asked.get("embeddedLengthMax") is not None:
            place = reverse("shared-file", args=[file_ticket(opened)])
            return _manifest({"location": f"{settings.PUBLIC_URL}{place}"})
        return _manifest({"embedded": _made(request, opened).decode("ascii")})


class SharedFileView(OpenToAll):
    """The encrypted file of a link that was opened within the last hour."""

    http_method_names = ["get", "options"]

    def get(self, request: HttpRequest, ticket: str) -> HttpResponse:
        """Raises Problem 404 when ticket or link are over."""
        return _file(request, open_file(ticket=ticket, now=timezone.now()))


def _made(request: HttpRequest, opened: Opened) -> bytes:
    """The file, made now; a few at a time, since each takes as long as a whole diary. Raises Problem 429."""
    require_within_limits(request, holder=None, cost=WHOLE_DIARY)
    with few_at_once(f"share:{opened.share_id}", most=_AT_ONCE):
        return encrypted_bundle(access=opened.access, secret=opened.secret, now=timezone.now())


def _file(request: HttpRequest, opened: Opened) -> HttpResponse:
    return HttpResponse(_made(request, opened), content_type=ENCRYPTED)


def _manifest(file: dict[str, str]) -> HttpResponse:
    return _json({"files": [{"contentType": CONTENT_TYPE, **file}]})


def _refusal(wrong: WrongPasscode) -> HttpResponse:
    return _json({"remainingAttempts": wrong.attempts_left}, status=HTTPStatus.UNAUTHORIZED)


def _json(content: Any, *, status: int = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(content), status=status, content_type="application/json")


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The members of the body; what they are beyond those that are known is passed over. Raises Problem 400."""
    asked = parsed(raw_body(request, limit=SMALL))
    return asked if isinstance(asked, dict) else {}


def _recipient(said: object) -> str:
    """Who opens it, in their own words: one line, and no longer than the log keeps. Raises Problem 400 for no one."""
    recipient = one_line(said)[:MOST_OF_RECIPIENT].strip() if isinstance(said, str) else ""
    if not recipient:
        raise invalid([FieldError("/recipient", "invalid_value", _RECIPIENT)])
    return recipient
