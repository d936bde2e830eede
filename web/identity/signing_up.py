"""`/sign-up` and `/sign-up/code`: an account. The diary in it begins with the consent (`web.beginning`)."""

from typing import Any, ClassVar

from django.http import HttpRequest

from web.identity.step_page import StepPage


class SignUpPage(StepPage):
    """Address, password and name."""

    template = "pages/sign_up.html"
    address = "auth/signup"
    fields = ("email", "password", "name")
    kept = ("email", "name")


class SignUpCodePage(StepPage):
    """The code from the mail."""

    template = "pages/sign_up_code.html"
    address = "auth/email/verify"
    fields: ClassVar = ("code",)

    def body(self, request: HttpRequest) -> dict[str, Any]:
        """The API calls it a key."""
        return {"key": request.POST.get("code", "").strip()}
