"""`/account/second-factor`: an authenticator app for signing in, set up and turned off, and its recovery codes."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import segno
from allauth.mfa.adapter import get_adapter
from django.http import HttpRequest, HttpResponse

from diary.models import User
from diary.problems import not_found
from diary.proof import has_fresh_proof
from web.identity.again import sent_to_prove
from web.identity.faults import words
from web.identity.step import Step, take
from web.identity.step_page import carried
from web.page import see_other
from web.reader import ReaderPage, digest_of

_APP: Final = "account/authenticators/totp"
_CODES: Final = "account/authenticators/recovery-codes"
_KEY: Final = re.compile("[A-Z2-7]{16,64}")


class FactorPage(ReaderPage):
    """For who has just shown who it is, since it keeps the owner out as well as a thief."""

    reach = {"GET": "account", "POST": "account"}
    here = "account"

    def get(self, request: HttpRequest) -> HttpResponse:
        """How it is now, or how to set it up."""
        return self._shown() if self._proved() else sent_to_prove("factor")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Turn it on or off, or make new recovery codes. Raises Problem 404 for what there is not."""
        acts = {"on": self._turn_on, "off": self._turn_off, "codes": self._make_codes}
        if (act := acts.get(request.POST.get("do", ""))) is None:
            raise not_found()
        return act() if self._proved() else sent_to_prove("factor")

    def _turn_on(self) -> HttpResponse:
        taken = take(self.request, "POST", _APP, code="".join(self.request.POST.get("code", "").split()))
        if taken.is_refused:
            return self._shown(refused=taken)
        return self._with_codes(take(self.request, "GET", _CODES, after=taken))

    def _make_codes(self) -> HttpResponse:
        return self._with_codes(take(self.request, "POST", _CODES))

    def _with_codes(self, taken: Step) -> HttpResponse:
        """They are shown in this answer, and never again."""
        if taken.is_refused:
            return self._shown(refused=taken)
        return carried(self._shown(codes=taken.data.get("unused_codes", ())), taken)

    def _turn_off(self) -> HttpResponse:
        taken = take(self.request, "DELETE", _APP)
        return self._shown(refused=taken) if taken.is_refused else carried(see_other("factor"), taken)

    def _proved(self) -> bool:
        return has_fresh_proof(session_digest=digest_of(self.request) or "", now=self.now)

    def _shown(self, *, refused: Step | None = None, codes: Sequence[str] = ()) -> HttpResponse:
        kept = take(self.request, "GET", "account/authenticators").data.get("items", [])
        has_app = any(one["type"] == "totp" for one in kept)
        faults = words(refused) if refused else {}
        view = {
            "has_app": has_app,
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
