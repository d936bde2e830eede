"""`/api/auth/`: allauth's headless API for apps, and the sessions of a user."""

from allauth.headless.constants import Client
from django.urls import include, path

from diary.identity.devices import SessionsView

urlpatterns = [
    path("app/v1/auth/sessions", SessionsView.as_api_view(client=Client.APP), name="sessions"),
    path("", include("allauth.headless.urls")),
]
