"""`/account/password`: another password, for who knows the one so far."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from django.http import HttpResponse
from django.middleware.csrf import rotate_token

from web.cookie import drop
from web.identity.faults import words
from web.identity.proved_page import ProvedPage
from web.identity.step import Step, take
from web.page import for_anyone
from web.script_words import SIGNED_OUT

_CHANGE: Final = "account/password/change"


class PasswordPage(ProvedPage):
    """It signs out everywhere, here too."""

    name = "password"

    def acts(self) -> Mapping[str, Callable[[], HttpResponse]]:
        """The one."""
        return {"change": self._change}

    def shown(self, *, refused: Step | None = None) -> HttpResponse:
        """The form; a password is never filled in again."""
        faults = words(refused) if refused else {}
        view = {"faults": faults, "fault": faults.get("")}
        return self.page("pages/password.html", lambda: view, status=refused.status if refused else HTTPStatus.OK)

    def _change(self) -> HttpResponse:
        current, new = (self.request.POST.get(name, "") for name in ("current_password", "new_password"))
        taken = take(self.request, "POST", _CHANGE, current_password=current, new_password=new)
        if taken.is_refused:
            return self.shown(refused=taken)
        rotate_token(self.request)
        answer = for_anyone(self.request, "pages/sign_in.html", lambda: {"is_changed": True, **SIGNED_OUT})
        drop(answer)
        return answer
