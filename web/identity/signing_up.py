"""`/sign-up` and `/sign-up/code`: an account, with the consent to the processing of health data."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from diary.identity.health_consent import VERSION, asked, minimum_age
from web.identity.step_page import StepPage


class SignUpPage(StepPage):
    """Address, password, name and consent."""

    template = "pages/sign_up.html"
    address = "auth/signup"
    fields = ("email", "password", "name")
    kept = ("email", "name")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Mail the code. Without consent there is no diary to keep."""
        if request.POST.get("consent") != "yes":
            return self.form(request, faults={"consent": _("Please tick this if you agree.")}, status=400)
        return super().post(request)

    def body(self, request: HttpRequest) -> dict[str, Any]:
        """With the consent to the text that the form shows."""
        return {**super().body(request), "consent_version": VERSION, "age_at_least": minimum_age(None)}

    def view(self) -> dict[str, Any]:
        """The text."""
        return {"consent": asked(region=None, language=get_language() or "en")}


class SignUpCodePage(StepPage):
    """The code from the mail."""

    template = "pages/sign_up_code.html"
    address = "auth/email/verify"
    fields: ClassVar = ("code",)

    def body(self, request: HttpRequest) -> dict[str, Any]:
        """The API calls it a key."""
        return {"key": request.POST.get("code", "").strip()}
