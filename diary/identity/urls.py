"""`/api/auth/`: allauth's headless API for apps, the sessions of a user, and what ends them."""

from collections.abc import Mapping
from typing import Any, NoReturn

from allauth.headless.constants import Client
from django.http import Http404, HttpRequest
from django.urls import include, path, re_path

from diary.identity.changing import AddressView, PasskeysView, RecoveryCodesView, TotpView, VerificationView
from diary.identity.devices import SessionsView
from diary.identity.resetting import ResetView

_CHANGES: Mapping[str, Any] = {
    "account/email": AddressView,
    "account/authenticators/totp": TotpView,
    "account/authenticators/recovery-codes": RecoveryCodesView,
    "account/authenticators/webauthn": PasskeysView,
    "auth/email/verify": VerificationView,
}


def nothing_here(_: HttpRequest) -> NoReturn:
    """allauth has addresses for telephones, sign-in by code and tokens to refresh whether or not these are in use."""
    raise Http404


urlpatterns = [
    path("app/v1/auth/sessions", SessionsView.as_api_view(client=Client.APP), name="sessions"),
    re_path(r"^app/v1/(?:account/phone|auth/phone/.*|auth/code/.*|tokens/.*)$", nothing_here),
    *(path(f"app/v1/{address}", view.as_api_view(client=Client.APP)) for address, view in _CHANGES.items()),
    path("app/v1/auth/password/reset", ResetView.as_api_view(client=Client.APP)),
    path("", include("allauth.headless.urls")),
]
