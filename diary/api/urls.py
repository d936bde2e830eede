"""The addresses below `/api/v1/` that are about the diary itself."""

from django.urls import path

from diary.api import addresses as addresses  # registers the converters
from diary.api.access_log import AccessLogView
from diary.api.account import AccountExportView, AccountView
from diary.api.caregivers import CaregiversView, CaregiverView
from diary.api.caring import CaringView
from diary.api.consent import ConsentView
from diary.api.devices import DevicesView, DeviceView
from diary.api.entries import EntriesView, EntryView
from diary.api.events import EventsView, EventView
from diary.api.exports import DocumentView, TableView
from diary.api.imports import ImportedView, ImportView
from diary.api.invitations import AcceptView
from diary.api.phone import PhoneView, ProvePhoneView
from diary.api.preferences import PreferencesView
from diary.api.profile import ProfileView
from diary.api.sync import SyncView
from diary.api.treatments import TreatmentsView, TreatmentView

_DIARY = "patients/<diary:patient>"

urlpatterns = [
    path(f"{_DIARY}/profile", ProfileView.as_view(), name="profile"),
    path(f"{_DIARY}/entries", EntriesView.as_view(), name="entries"),
    path(f"{_DIARY}/entries/<id:id>", EntryView.as_view(), name="entry"),
    path(f"{_DIARY}/treatments", TreatmentsView.as_view(), name="treatments"),
    path(f"{_DIARY}/treatments/<id:id>", TreatmentView.as_view(), name="treatment"),
    path(f"{_DIARY}/events", EventsView.as_view(), name="events"),
    path(f"{_DIARY}/events/<id:id>", EventView.as_view(), name="event"),
    path(f"{_DIARY}/sync", SyncView.as_view(), name="sync"),
    path(f"{_DIARY}/caregivers", CaregiversView.as_view(), name="caregivers"),
    path(f"{_DIARY}/caregivers/<id:id>", CaregiverView.as_view(), name="caregiver"),
    path(f"{_DIARY}/access-log", AccessLogView.as_view(), name="access-log"),
    path(f"{_DIARY}/export.json", DocumentView.as_view(), name="export-json"),
    path(f"{_DIARY}/export.csv", TableView.as_view(), name="export-csv"),
    path(f"{_DIARY}/import", ImportView.as_view(), name="import"),
    path(f"{_DIARY}/imports/<id:id>", ImportedView.as_view(), name="document"),
    path("caring", CaringView.as_view(), name="caring"),
    path("devices", DevicesView.as_view(), name="devices"),
    path("devices/<id:id>", DeviceView.as_view(), name="device"),
    path("preferences", PreferencesView.as_view(), name="preferences"),
    path("preferences/phone", PhoneView.as_view(), name="phone"),
    path("preferences/phone/verify", ProvePhoneView.as_view(), name="prove-phone"),
    path("account", AccountView.as_view(), name="account"),
    path("account/consent", ConsentView.as_view(), name="consent"),
    path("account/export", AccountExportView.as_view(), name="account-export"),
    path("invitations/accept", AcceptView.as_view(), name="accept-invitation"),
]
