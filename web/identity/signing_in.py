"""`/sign-in`, its second factor, and `/sign-out`."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token

from web.cookie import drop, token_of
from web.identity.step import take
from web.identity.step_page import StepPage
from web.page import Page, see_other


class SignInPage(StepPage):
    """Address and password."""

    template = "pages/sign_in.html"
    address = "auth/login"
    fields = ("email", "password")
    kept = ("email",)


class SecondFactorPage(StepPage):
    """A code of an authenticator app, or a recovery code."""

    template = "pages/second_factor.html"
    address = "auth/2fa/authenticate"
    fields = ("code",)

    def body(self, request: HttpRequest) -> dict[str, Any]:
        """People write codes in groups."""
        return {"code": "".join(request.POST.get("code", "").split())}


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
