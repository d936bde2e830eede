"""A form of the identity flows: shown, sent as one step, shown again with what was wrong, or led on to the next."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone

from web.cookie import keep
from web.identity.faults import words
from web.identity.language import remember_language
from web.identity.step import Step, take
from web.kept import KEPT, carried_in, fields_in
from web.page import SCRIPTED, Page, for_anyone, see_other
from web.reader import NEXT, reader_of, way_on

_PAGES: Final[Mapping[str, str]] = {
    "verify_email": "sign-up-code",
    "mfa_authenticate": "second-factor",
    "password_reset_by_code": "new-password",
}
"""Where a flow under way goes on."""


class StepPage(Page):
    """`template` asks for `fields`; they are sent as they are to `address` of the identity API."""

    template: ClassVar[str]
    address: ClassVar[str]
    fields: ClassVar[tuple[str, ...]]
    kept: ClassVar[tuple[str, ...]] = ()
    """Fields that are filled in again when the form comes back; never a password."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form; who is signed in already is past it."""
        if reader_of(request, now=timezone.now()):
            return see_other(way_on(request) or "entrance")
        return self.form(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take the step."""
        taken = take(request, "POST", self.address, **self.body(request))
        if taken.is_refused:
            return carried(self.form(request, faults=words(taken), status=taken.status), taken)
        return led_on(request, taken)

    def body(self, request: HttpRequest) -> dict[str, Any]:
        """What is sent."""
        return {name: request.POST.get(name, "") for name in self.fields}

    def view(self, request: HttpRequest) -> Mapping[str, Any]:
        """What the form shows besides."""
        return {}

    def form(
        self, request: HttpRequest, *, faults: Mapping[str, object] | None = None, status: int = HTTPStatus.OK
    ) -> HttpResponse:
        """The form, with what is wrong beside each field."""
        faults = faults or {}
        shown = {
            "given": {name: request.POST.get(name, "") for name in self.kept},
            "faults": faults,
            "fault": faults.get(""),
            "next": way_on(request),
            KEPT: carried_in(request),
        }
        shown |= self.view(request)
        return for_anyone(request, self.template, lambda: shown, status=status)


def led_on(request: HttpRequest, taken: Step) -> HttpResponse:
    """To the page of what is under way; once signed in to where the reader was going, else to the first page."""
    going, kept = way_on(request), carried_in(request)
    if taken.is_signed_in:
        rotate_token(request)  # what a form was given before is good for no other account
        if user := taken.data.get("user"):
            remember_language(request, user_id=UUID(user["id"]), now=timezone.now())
        fields = fields_in(kept)
        if going and fields:
            again = {NEXT: going, "fields": fields}
            return carried(for_anyone(request, "pages/kept.html", lambda: again), taken)
        return carried(see_other(going or "entrance"), taken)
    if kept and "mfa_authenticate" in taken.pending:
        view = {NEXT: going, KEPT: kept, **ways_on(request, after=taken)}
        answer = for_anyone(request, "pages/second_factor.html", lambda: view)
        answer["Content-Security-Policy"] = SCRIPTED
        return carried(answer, taken)
    page = next((name for flow, name in _PAGES.items() if flow in taken.pending), "sign-in")
    return carried(see_other(reverse(page) + (f"?{urlencode({NEXT: going})}" if going else "")), taken)


def ways_on(request: HttpRequest, *, after: Step | None = None) -> Mapping[str, Any]:
    """What a passkey is to sign, as JSON, where one would do as the second factor; None where there is none."""
    factors = (after or take(request, "GET", "auth/session")).factors
    asked = take(request, "GET", "auth/webauthn/authenticate", after=after) if "webauthn" in factors else None
    options = asked.data.get("request_options") if asked else None
    return {"options": json.dumps(options) if options else None}


def carried(answer: HttpResponse, taken: Step) -> HttpResponse:
    """The answer, with the token that the browser goes on with."""
    if taken.token:
        keep(answer, taken.token)
    return answer
