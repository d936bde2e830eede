"""The tables of the alerts, one module a thing."""

from alerts.models.alert import Alert
from alerts.models.delivery import Delivery
from alerts.models.finding import Finding
from alerts.models.screening_failure import ScreeningFailure
from alerts.models.snooze import Snooze
from alerts.models.unsubscription import Unsubscription

__all__ = ["Alert", "Delivery", "Finding", "ScreeningFailure", "Snooze", "Unsubscription"]
