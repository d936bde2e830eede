"""`/api/auth/`: allauth's headless API for apps, and the sessions of a user."""

from typing import NoReturn

from allauth.headless.constants import Client
from django.http import Http404, HttpRequest
from django.urls import include, path, re_path

from diary.identity.devices import SessionsView
from diary.identity.resetting import ResetView
from diary.identity.verifying import VerifyView


def nothing_here(_: HttpRequest) -> NoReturn:
    """allauth has addresses for telephones, sign-in by code and tokens to refresh whether or not these are in use."""
    raise Http404


urlpatterns = [
    path("app/v1/auth/sessions", SessionsView.as_api_view(client=Client.APP), name="sessions"),
    re_path(r"^app/v1/(?:account/phone|auth/phone/.*|auth/code/.*|tokens/.*)$", nothing_here),
    path("app/v1/auth/password/reset", ResetView.as_api_view(client=Client.APP)),
    path("app/v1/auth/email/verify", VerifyView.as_api_view(client=Client.APP)),
    path("", include("allauth.headless.urls")),
]
