"""`/password/forgotten` and `/password/new`: a new password, proved by a code from the mail."""

from typing import Any

from django.http import HttpRequest

from web.identity.step_page import StepPage


class ForgottenPage(StepPage):
    """The address that the code goes to; the answer is the same whether it has an account or not."""

    template = "pages/forgotten.html"
    address = "auth/password/request"
    fields = ("email",)
    kept = ("email",)


class NewPasswordPage(StepPage):
    """The code, and the new password."""

    template = "pages/new_password.html"
    address = "auth/password/reset"
    fields = ("code", "password")
    kept = ("code",)

    def body(self, request: HttpRequest) -> dict[str, Any]:
        """The API calls the code a key."""
        return {"key": request.POST.get("code", "").strip(), "password": request.POST.get("password", "")}
