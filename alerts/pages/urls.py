"""The addresses of the pages behind links; they are sent to no other site and to no log."""

from django.urls import path

from alerts.pages.alert import AlertPage
from alerts.pages.courtesy import CourtesyPage
from alerts.pages.refuse import RefusePage
from alerts.pages.unsubscribe import ResubscribePage, UnsubscribePage
from alerts.pages.way_back import KeepFactorsPage, UndoPage

urlpatterns = [
    path("a/<token>", AlertPage.as_view(), name="alert-page"),
    path("u/<token>", UnsubscribePage.as_view(), name="unsubscribe-page"),
    path("u/<token>/again", ResubscribePage.as_view(), name="resubscribe-page"),
    path("r/<token>", CourtesyPage.as_view(), name="courtesy-page"),
    path("i/<token>", RefusePage.as_view(), name="refuse-page"),
    path("undo/<token>", UndoPage.as_view(), name="undo-page"),
    path("keep/<token>", KeepFactorsPage.as_view(), name="keep-factors-page"),
]
