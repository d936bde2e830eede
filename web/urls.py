"""The addresses of the pages. Those behind links in messages are sent to no other site and to no log."""

from django.urls import path

from diary.api import addresses as addresses  # registers the converters
from web.beginning.about_you import AboutYouPage
from web.beginning.consent import ConsentPage
from web.beginning.where import WherePage
from web.circle.caring import AlertPage as CaringAlertPage
from web.circle.caring import CaringPage
from web.circle.invitation import CodePage, InvitationPage
from web.circle.people import PeoplePage
from web.entrance import EntrancePage, IconPage, InvitedPage, ManifestPage
from web.identity.account import AccountPage
from web.identity.address import AddressPage
from web.identity.again import AgainCodePage, AgainPage, AgainPasskeyPage
from web.identity.factor import FactorPage
from web.identity.passkeys import PasskeysPage
from web.identity.password import PasswordPage
from web.identity.resetting import ForgottenPage, NewPasswordPage
from web.identity.review import ReviewPage
from web.identity.signing_in import PasskeyPage, SecondFactorPage, SignInPage, SignOutPage
from web.identity.signing_up import SignUpCodePage, SignUpPage
from web.imports.import_page import ImportPage
from web.imports.imports import ImportsPage
from web.links.alert import AlertPage
from web.links.courtesy import CourtesyPage
from web.links.refuse import RefusePage
from web.links.unsubscribe import ResubscribePage, UnsubscribePage
from web.links.way_back import KeepFactorsPage, UndoPage
from web.offline.by_cookie import ByCookie
from web.offline.form_page import FormPage
from web.offline.worker import WorkerPage
from web.overview.alerts import AlertsPage
from web.overview.overview import OverviewPage, ReportFile, TimelineImage
from web.own_data.downloads import ArchiveFile, DataPage, TablesFile
from web.own_data.erasure import ErasurePage
from web.own_data.looks import LooksPage
from web.preferences.renewal import RenewalPage
from web.preferences.settings import SettingsPage
from web.record.events import EventPage, EventsPage, VisitPage
from web.record.treatments import TreatmentPage, TreatmentsPage
from web.sharing.share import SharePage
from web.sharing.viewer import ViewerPage
from web.today.diary import DiaryPage, EntryPage
from web.today.today import TodayPage

urlpatterns = [
    path("", EntrancePage.as_view(), name="entrance"),
    path("invited", InvitedPage.as_view(), name="invited"),
    path("manifest.webmanifest", ManifestPage.as_view(), name="manifest"),
    path("favicon.ico", IconPage.as_view()),
    path("sign-up", SignUpPage.as_view(), name="sign-up"),
    path("sign-up/code", SignUpCodePage.as_view(), name="sign-up-code"),
    path("sign-in", SignInPage.as_view(), name="sign-in"),
    path("sign-in/code", SecondFactorPage.as_view(), name="second-factor"),
    path("sign-in/passkey", PasskeyPage.as_view(), name="passkey"),
    path("sign-out", SignOutPage.as_view(), name="sign-out"),
    path("password/forgotten", ForgottenPage.as_view(), name="forgotten"),
    path("password/new", NewPasswordPage.as_view(), name="new-password"),
    path("sign-in/again", AgainPage.as_view(), name="again"),
    path("sign-in/again/code", AgainCodePage.as_view(), name="again-code"),
    path("sign-in/again/passkey", AgainPasskeyPage.as_view(), name="again-passkey"),
    path("review", ReviewPage.as_view(), name="review"),
    path("settings", SettingsPage.as_view(), name="settings"),
    path("settings/browser", RenewalPage.as_view(), name="renewal"),
    path("import", ImportsPage.as_view(), name="imports"),
    path("import/<id:id>", ImportPage.as_view(), name="import"),
    path("account", AccountPage.as_view(), name="account"),
    path("account/second-factor", FactorPage.as_view(), name="factor"),
    path("account/passkeys", PasskeysPage.as_view(), name="passkeys"),
    path("account/password", PasswordPage.as_view(), name="password"),
    path("account/email", AddressPage.as_view(), name="address"),
    path("account/looks", LooksPage.as_view(), name="looks"),
    path("account/data", DataPage.as_view(), name="data"),
    path("account/archive.zip", ArchiveFile.as_view(), name="archive-file"),
    path("account/tables.zip", TablesFile.as_view(), name="tables-file"),
    path("account/erase", ErasurePage.as_view(), name="erase"),
    path("invitations", CodePage.as_view(), name="invitation-code"),
    path("invitations/<token>", InvitationPage.as_view(), name="invitation"),
    path("people", PeoplePage.as_view(), name="people"),
    path("caring", CaringPage.as_view(), name="caring"),
    path("caring/<diary:patient>/alerts", AlertsPage.as_view(), name="caring-every-alert"),
    path("caring/<diary:patient>/alerts/<id:id>", CaringAlertPage.as_view(), name="caring-alert"),
    path("caring/<diary:patient>/today", TodayPage.as_view(), name="caring-today"),
    path("caring/<diary:patient>/diary", DiaryPage.as_view(), name="caring-diary"),
    path("caring/<diary:patient>/diary/<id:id>", EntryPage.as_view(), name="caring-entry-page"),
    path("about-you", AboutYouPage.as_view(), name="about-you"),
    path("where", WherePage.as_view(), name="where"),
    path("consent", ConsentPage.as_view(), name="consent"),
    path("today", TodayPage.as_view(), name="today"),
    path("offline", FormPage.as_view(), name="offline"),
    path("service-worker.js", WorkerPage.as_view(), name="service-worker"),
    path("by-cookie/api/v1/<path:address>", ByCookie.as_view(), name="by-cookie"),
    path("overview", OverviewPage.as_view(), name="overview"),
    path("alerts", AlertsPage.as_view(), name="every-alert"),
    path("overview/timeline.svg", TimelineImage.as_view(), name="timeline"),
    path("overview/report.pdf", ReportFile.as_view(), name="report-file"),
    path("caring/<diary:patient>/overview", OverviewPage.as_view(), name="caring-overview"),
    path("caring/<diary:patient>/overview/timeline.svg", TimelineImage.as_view(), name="caring-timeline"),
    path("caring/<diary:patient>/overview/report.pdf", ReportFile.as_view(), name="caring-report-file"),
    path("share", SharePage.as_view(), name="share-page"),
    path("shl", ViewerPage.as_view(), name="shared"),
    path("diary", DiaryPage.as_view(), name="diary"),
    path("diary/<id:id>", EntryPage.as_view(), name="entry-page"),
    path("caring/<diary:patient>/diary/treatments", TreatmentsPage.as_view(), name="caring-treatments"),
    path("caring/<diary:patient>/diary/treatments/new", TreatmentPage.as_view(), name="caring-new-treatment"),
    path("caring/<diary:patient>/diary/treatments/<id:id>", TreatmentPage.as_view(), name="caring-treatment-page"),
    path("caring/<diary:patient>/diary/events", EventsPage.as_view(), name="caring-events"),
    path("caring/<diary:patient>/diary/events/new", EventPage.as_view(), name="caring-new-event"),
    path("caring/<diary:patient>/diary/events/<id:id>", EventPage.as_view(), name="caring-event-page"),
    path("caring/<diary:patient>/diary/visits/new", VisitPage.as_view(), name="caring-new-visit"),
    path("diary/treatments", TreatmentsPage.as_view(), name="treatments"),
    path("diary/treatments/new", TreatmentPage.as_view(), name="new-treatment"),
    path("diary/treatments/<id:id>", TreatmentPage.as_view(), name="treatment-page"),
    path("diary/events", EventsPage.as_view(), name="events"),
    path("diary/events/new", EventPage.as_view(), name="new-event"),
    path("diary/events/<id:id>", EventPage.as_view(), name="event-page"),
    path("diary/visits/new", VisitPage.as_view(), name="new-visit"),
    path("a/<token>", AlertPage.as_view(), name="alert-page"),
    path("u/<token>", UnsubscribePage.as_view(), name="unsubscribe-page"),
    path("u/<token>/again", ResubscribePage.as_view(), name="resubscribe-page"),
    path("r/<token>", CourtesyPage.as_view(), name="courtesy-page"),
    path("i/<token>", RefusePage.as_view(), name="refuse-page"),
    path("undo/<token>", UndoPage.as_view(), name="undo-page"),
    path("keep/<token>", KeepFactorsPage.as_view(), name="keep-factors-page"),
]
