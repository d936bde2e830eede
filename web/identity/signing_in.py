"""`/sign-in`, its second factor, and `/sign-out`."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token

from web.cookie import drop, token_of
from web.identity.step import take
from web.identity.step_page import StepPage, ways_on
from web.page import SCRIPTED, Page, see_other
from web.script_words import SIGNED_OUT


class SignInPage(StepPage):
    """Address and password; whoever sees it is signed out, and the script leaves nothing of before in the browser."""

    template = "pages/sign_in.html"
    address = "auth/login"
    fields = ("email", "password")
    kept = ("email",)
    headers = {**StepPage.headers, "Content-Security-Policy": SCRIPTED}

    def view(self, request: HttpRequest) -> Mapping[str, Any]:
        """With what the script says."""
        return SIGNED_OUT


class SecondFactorPage(StepPage):
    """A code of an authenticator app, or a recovery code; below it a passkey, for who has one."""

    template = "pages/second_factor.html"
    address = "auth/2fa/authenticate"
    fields = ("code",)
    headers = {**StepPage.headers, "Content-Security-Policy": SCRIPTED}

    def view(self, request: HttpRequest) -> Mapping[str, Any]:
        """By what the reader can go on."""
        return ways_on(request)

    def body(self, request: HttpRequest) -> dict[str, Any]:
        """People write codes in groups."""
        return {"code": "".join(request.POST.get("code", "").split())}


class PasskeyPage(SecondFactorPage):
    """What a passkey signed, as the script of the page sends it."""

    address = "auth/webauthn/authenticate"
    http_method_names = ["post"]

    def body(self, request: HttpRequest) -> dict[str, Any]:
        """The one field."""
        return credential_in(request)


def credential_in(request: HttpRequest) -> dict[str, Any]:
    """What the script of a page got from the browser, as the API takes it.

    Nothing for what is no JSON, which is then refused like any other that signs nothing.
    """
    try:
        return {"credential": json.loads(request.POST.get("credential", ""))}
    except (ValueError, RecursionError):
        return {}


class SignOutPage(Page):
    """Ends the session of this browser, and what it kept of our pages with it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do it; for who is signed out already there is nothing to do."""
        if token_of(request):
            take(request, "DELETE", "auth/session")
        rotate_token(request)
        answer = see_other("entrance")
        answer["Clear-Site-Data"] = '"cache"'  # the pages that the button "back" would show again
        drop(answer)
        return answer
