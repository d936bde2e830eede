"""`/account/passkeys`: passkeys for signing in: made by the browser, named, and removed."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse

from diary.problems import not_found
from web.identity.faults import words
from web.identity.proved_page import ProvedPage
from web.identity.signing_in import credential_in
from web.identity.step import Step, take
from web.identity.step_page import carried

_KEYS: Final = "account/authenticators/webauthn"


class PasskeysPage(ProvedPage):
    """Each is asked for beside the password, as an authenticator app is."""

    name = "passkeys"

    def acts(self) -> Mapping[str, Callable[[], HttpResponse]]:
        """What the API does with them."""
        return {"add": self._add, "name": self._name, "remove": self._remove}

    def shown(self, *, refused: Step | None = None, codes: Sequence[str] = ()) -> HttpResponse:
        """Those there are, and what the browser makes a new one from, as JSON."""
        kept = take(self.request, "GET", "account/authenticators").data.get("items", [])
        options = take(self.request, "GET", _KEYS).data.get("creation_options")
        faults = words(refused) if refused else {}
        view = {
            "passkeys": [_shown(one) for one in kept if one["type"] == "webauthn"],
            "has_app": any(one["type"] == "totp" for one in kept),
            "options": json.dumps(options) if options else None,
            "codes": codes,
            "given": self.request.POST.get("name", "") if refused else "",
            "fault": next(iter(faults.values()), None),
        }
        return self.page("pages/passkeys.html", lambda: view, status=refused.status if refused else HTTPStatus.OK)

    def _add(self) -> HttpResponse:
        """Recovery codes come with the first factor; they are shown in this answer, and never again."""
        made = credential_in(self.request)
        taken = take(self.request, "POST", _KEYS, name=self.request.POST.get("name", "").strip(), **made)
        if taken.is_refused or not taken.meta.get("recovery_codes_generated"):
            return self.after(taken)
        codes = take(self.request, "GET", "account/authenticators/recovery-codes", after=taken)
        return carried(self.shown(codes=codes.data.get("unused_codes", ())), taken)

    def _name(self) -> HttpResponse:
        return self.after(take(self.request, "PUT", _KEYS, id=self._named(), name=self.request.POST.get("name", "")))

    def _remove(self) -> HttpResponse:
        return self.after(take(self.request, "DELETE", _KEYS, authenticators=[self._named()]))

    def _named(self) -> int:
        named = self.request.POST.get("passkey", "")
        if not (named.isascii() and named.isdecimal() and len(named) < 10):
            raise not_found()
        return int(named)


def _shown(passkey: Mapping[str, Any]) -> dict[str, Any]:
    used = passkey["last_used_at"]
    return {
        "id": passkey["id"],
        "name": passkey["name"],
        "made": datetime.fromtimestamp(passkey["created_at"], tz=UTC),
        "used": datetime.fromtimestamp(used, tz=UTC) if used else None,
    }
