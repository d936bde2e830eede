"""The addresses of the pages behind links; no other site is told them, and no log."""

from django.urls import path

from alerts.pages.alert import AlertPage
from alerts.pages.unsubscribe import ResubscribePage, UnsubscribePage

urlpatterns = [
    path("a/<token>", AlertPage.as_view(), name="alert-page"),
    path("u/<token>", UnsubscribePage.as_view(), name="unsubscribe-page"),
    path("u/<token>/again", ResubscribePage.as_view(), name="resubscribe-page"),
]
