"""`/account/email`: another email address, which holds from the moment that the code mailed there is entered."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from django.http import HttpResponse

from web.identity.faults import words
from web.identity.proved_page import ProvedPage
from web.identity.step import Step, take

_ADDRESSES: Final = "account/email"


class AddressPage(ProvedPage):
    """Until then the address so far stays, and is told what was asked for."""

    name = "address"
    without_proof = frozenset({"code"})

    def acts(self) -> Mapping[str, Callable[[], HttpResponse]]:
        """The two steps."""
        return {"ask": self._ask, "code": self._enter}

    def shown(self, *, refused: Step | None = None) -> HttpResponse:
        """The address, and the one whose code is awaited."""
        known = take(self.request, "GET", _ADDRESSES).data.get("items", [])
        faults = words(refused) if refused else {}
        view = {
            "email": next((one["email"] for one in known if one["verified"]), ""),
            "awaited": next((one["email"] for one in known if not one["verified"]), None),
            "given": self.request.POST.get("email", ""),
            "faults": faults,
            "fault": faults.get(""),
        }
        return self.page("pages/address.html", lambda: view, status=refused.status if refused else HTTPStatus.OK)

    def _ask(self) -> HttpResponse:
        return self.after(take(self.request, "POST", _ADDRESSES, email=self.request.POST.get("email", "").strip()))

    def _enter(self) -> HttpResponse:
        return self.after(
            take(self.request, "POST", "auth/email/verify", key=self.request.POST.get("code", "").strip())
        )
