"""`/account`: where someone is signed in, on browsers and devices alike, and signing out there."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from web.cookie import drop
from web.identity.faults import words
from web.identity.step import take
from web.page import see_other
from web.reader import ReaderPage


class AccountPage(ReaderPage):
    """Every session of the account; the one that shows the page is marked."""

    reach = {"GET": "account", "POST": "account"}
    here = "account"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The sessions, newest first."""
        sessions = [_shown(one) for one in take(request, "GET", "auth/sessions").data.get("items", [])]
        return self.page("pages/account.html", lambda: {"sessions": sessions})

    def post(self, request: HttpRequest) -> HttpResponse:
        """End one session, or all of them."""
        named = request.POST.getlist("session")
        ended: dict[str, Any] = {"sessions": named} if named else {}
        taken = take(request, "DELETE", "auth/sessions", **ended)
        if taken.is_refused:
            return self.page("pages/account.html", lambda: {"sessions": [], "fault": words(taken)}, status=taken.status)
        if taken.is_signed_in or named:
            return see_other("account")
        answer = see_other("entrance")
        drop(answer)
        return answer


def _shown(session: dict[str, Any]) -> dict[str, Any]:
    began = datetime.fromtimestamp(session["created_at"], tz=UTC)
    return {"id": session["id"], "began": began, "is_current": session["is_current"]}
