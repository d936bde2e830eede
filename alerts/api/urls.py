"""The addresses below `/api/v1/` that are about alerts."""

from django.urls import path

from alerts.api.acting import OutcomeView, SnoozeView
from alerts.api.alerts import AcknowledgeView, AlertsView, AlertView
from alerts.api.days import DaysView
from alerts.api.endpoints import EndpointsView
from alerts.api.escalation import EscalationView
from alerts.api.links import LinksView, LinkView
from alerts.api.push_key import PushKeyView
from alerts.api.receipts import ReceiptView
from alerts.api.review import ConfirmView, ReviewItemView, ReviewView
from alerts.api.screening import ScreeningView
from alerts.api.trial import ArrivalView, TrialView
from alerts.api.webhooks import RotateView, VerifyView, WebhooksView, WebhookView
from diary.api import addresses as addresses  # registers the converters

_ALERTS = "patients/<diary:patient>/alerts"

urlpatterns = [
    path("patients/<diary:patient>/days", DaysView.as_view(), name="days"),
    path("patients/<diary:patient>/screening", ScreeningView.as_view(), name="screening"),
    path("preferences/test", TrialView.as_view(), name="preferences-test"),
    path("preferences/test/<id:id>/receipt", ArrivalView.as_view(), name="preferences-test-receipt"),
    path("push-key", PushKeyView.as_view(), name="push-key"),
    path(_ALERTS, AlertsView.as_view(), name="alerts"),
    path(f"{_ALERTS}/<id:id>", AlertView.as_view(), name="alert"),
    path(f"{_ALERTS}/<id:id>/acknowledge", AcknowledgeView.as_view(), name="acknowledge-alert"),
    path(f"{_ALERTS}/<id:id>/receipt", ReceiptView.as_view(), name="receipt"),
    path(f"{_ALERTS}/<id:id>/outcome", OutcomeView.as_view(), name="outcome"),
    path(f"{_ALERTS}/<id:id>/snooze", SnoozeView.as_view(), name="snooze"),
    path("patients/<diary:patient>/escalation", EscalationView.as_view(), name="escalation"),
    path("account/endpoints", EndpointsView.as_view(), name="endpoints"),
    path("account/links", LinksView.as_view(), name="links"),
    path("account/links/<id:id>", LinkView.as_view(), name="link"),
    path("account/review", ReviewView.as_view(), name="review"),
    path("account/review/<id:id>", ReviewItemView.as_view(), name="review-item"),
    path("account/review/<id:id>/confirm", ConfirmView.as_view(), name="confirm-review-item"),
    path("webhooks", WebhooksView.as_view(), name="webhooks"),
    path("webhooks/<id:id>", WebhookView.as_view(), name="webhook"),
    path("webhooks/<id:id>/rotate", RotateView.as_view(), name="rotate-webhook"),
    path("webhooks/<id:id>/verify", VerifyView.as_view(), name="verify-webhook"),
]
