"""`/sign-in/again`: who it is once more, before what a stolen phone must not do: password, code or passkey."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from diary.models import User
from web.identity.signing_in import PasskeyPage, SecondFactorPage
from web.identity.step import take
from web.identity.step_page import StepPage
from web.kept import KEPT, kept_of
from web.page import SCRIPTED, for_anyone, see_other
from web.reader import NEXT, reader_of


class AgainPage(StepPage):
    """The password."""

    template = "pages/again.html"
    address = "auth/reauthenticate"
    fields = ("password",)
    headers = {**StepPage.headers, "Content-Security-Policy": SCRIPTED}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form, for who is signed in already."""
        return self.form(request)

    def view(self, request: HttpRequest) -> Mapping[str, Any]:
        """What would do."""
        return ways(request)


class AgainCodePage(SecondFactorPage):
    """A code of an authenticator app, or a recovery code."""

    template = AgainPage.template
    address = "auth/2fa/reauthenticate"
    http_method_names = ["post"]

    def view(self, request: HttpRequest) -> Mapping[str, Any]:
        """What would do."""
        return ways(request)


class AgainPasskeyPage(PasskeyPage):
    """What a passkey signed."""

    template = AgainPage.template
    address = "auth/webauthn/reauthenticate"

    def view(self, request: HttpRequest) -> Mapping[str, Any]:
        """What would do."""
        return ways(request)


def ways(request: HttpRequest) -> dict[str, Any]:
    """By what the reader can show it: whether by a password or a code, and what a passkey is to sign, as JSON."""
    reader_id = reader_of(request, now=timezone.now())
    user = User.objects.filter(pk=reader_id).first() if reader_id else None
    flows = get_reauthentication_flows(user) if user else []
    kinds = {kind for flow in flows for kind in flow.get("types", ())}
    asked = take(request, "GET", "auth/webauthn/reauthenticate") if "webauthn" in kinds else None
    options = asked.data.get("request_options") if asked else None
    return {
        "password": not flows or any(flow["id"] == "reauthenticate" for flow in flows),
        "codes": bool(kinds & {"totp", "recovery_codes"}),
        "options": json.dumps(options) if options else None,
    }


def asked_again(request: HttpRequest, *, factor_only: bool = False) -> HttpResponse:
    """Who it is, before what was sent is done; it goes along, and need not be entered again.

    `factor_only`: the password alone would not do.
    """
    view = {NEXT: request.path, KEPT: kept_of(request), **ways(request)}
    view["password"] = view["password"] and not factor_only
    answer = for_anyone(request, AgainPage.template, lambda: view, status=HTTPStatus.FORBIDDEN)
    answer["Content-Security-Policy"] = SCRIPTED
    return answer


def sent_to_prove(page: str) -> HttpResponse:
    """To show it, and back to the page of that name."""
    return see_other(f"{reverse('again')}?{urlencode({NEXT: reverse(page)})}")
