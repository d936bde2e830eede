"""`/api/auth/`: allauth's headless API for apps, the sessions of a user, and what ends them."""

from collections.abc import Mapping
from typing import Any, Final, NoReturn

from allauth.headless.constants import Client
from django.http import Http404, HttpRequest
from django.urls import include, path, re_path

from diary.identity.devices import SessionsView
from diary.identity.factors.codes import CodeAgainView, CodeView, SignatureAgainView, SignatureView
from diary.identity.factors.passkeys import PasskeyView
from diary.identity.flows.changing import AddressView, PasskeysView, RecoveryCodesView, TotpView, VerificationView
from diary.identity.flows.resetting import ResetRequestView, ResetView
from diary.identity.flows.signing_up import SignUpView
from diary.identity.showing import ConfigView

_OURS: Final[Mapping[str, Any]] = {
    "account/email": AddressView,
    "account/authenticators/totp": TotpView,
    "account/authenticators/recovery-codes": RecoveryCodesView,
    "account/authenticators/webauthn": PasskeysView,
    "auth/2fa/authenticate": CodeView,
    "auth/2fa/reauthenticate": CodeAgainView,
    "auth/email/verify": VerificationView,
    "auth/password/request": ResetRequestView,
    "auth/password/reset": ResetView,
    "auth/signup": SignUpView,
    "auth/webauthn/authenticate": SignatureView,
    "auth/webauthn/login": PasskeyView,
    "auth/webauthn/reauthenticate": SignatureAgainView,
    "config": ConfigView,
}
"""Where allauth's own view needs more or falls over; each is a view of its that does the rest."""


def nothing_here(_: HttpRequest) -> NoReturn:
    """allauth has addresses for telephones, sign-in by code and tokens to refresh whether or not these are in use."""
    raise Http404


urlpatterns = [
    path("app/v1/auth/sessions", SessionsView.as_api_view(client=Client.APP), name="sessions"),
    re_path(r"^app/v1/(?:account/phone|auth/phone/.*|auth/code/.*|tokens/.*)$", nothing_here),
    *(path(f"app/v1/{address}", view.as_api_view(client=Client.APP)) for address, view in _OURS.items()),
    path("", include("allauth.headless.urls")),
]
