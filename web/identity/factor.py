"""`/account/second-factor`: an authenticator app for signing in, set up and turned off, and its recovery codes."""

import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import segno
from allauth.mfa.adapter import get_adapter
from django.http import HttpResponse

from diary.models import User
from web.identity.faults import words
from web.identity.proved_page import ProvedPage
from web.identity.step import Step, take
from web.identity.step_page import carried

_APP: Final = "account/authenticators/totp"
_CODES: Final = "account/authenticators/recovery-codes"
_KEY: Final = re.compile("[A-Z2-7]{16,64}")


class FactorPage(ProvedPage):
    """How it is now, or how to set it up."""

    name = "factor"

    def acts(self) -> Mapping[str, Callable[[], HttpResponse]]:
        """Turn it on or off, or make new recovery codes."""
        return {"on": self._turn_on, "off": self._turn_off, "codes": self._make_codes}

    def _turn_on(self) -> HttpResponse:
        taken = take(self.request, "POST", _APP, code="".join(self.request.POST.get("code", "").split()))
        if taken.is_refused:
            return self.shown(refused=taken)
        return self._with_codes(take(self.request, "GET", _CODES, after=taken))

    def _make_codes(self) -> HttpResponse:
        return self._with_codes(take(self.request, "POST", _CODES))

    def _with_codes(self, taken: Step) -> HttpResponse:
        """They are shown in this answer, and never again."""
        if taken.is_refused:
            return self.shown(refused=taken)
        return carried(self.shown(codes=taken.data.get("unused_codes", ())), taken)

    def _turn_off(self) -> HttpResponse:
        return self.after(take(self.request, "DELETE", _APP))

    def shown(self, *, refused: Step | None = None, codes: Sequence[str] = ()) -> HttpResponse:
        """The app, or the key for one."""
        kept = take(self.request, "GET", "account/authenticators").data.get("items", [])
        kinds = {one["type"] for one in kept}
        has_app = "totp" in kinds
        faults = words(refused) if refused else {}
        view = {
            "has_app": has_app,
            "has_passkey": "webauthn" in kinds,
            "codes": codes,
            "faults": faults,
            "fault": faults.get(""),
            **({} if has_app else self._offered()),
        }
        return self.page("pages/factor.html", lambda: view, status=refused.status if refused else HTTPStatus.OK)

    def _offered(self) -> Mapping[str, Any]:
        """The key that an app would get: the same while a form with it comes back, else a new one."""
        key = self.request.POST.get("key", "")
        if not _KEY.fullmatch(key):
            key = take(self.request, "GET", _APP).meta["secret"]
        link = get_adapter().build_totp_url(User.objects.get(pk=self.caller.user_id), key)
        drawn = segno.make(link, error="m", micro=False)
        return {
            "key": key,
            "link": link,
            "picture": drawn.svg_data_uri(dark="#000", light="#fff", border=4, omitsize=True),
        }
