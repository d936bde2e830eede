"""The tables of the alerts, one module a thing."""

from alerts.models.alert import Alert
from alerts.models.audit_check import AuditCheck
from alerts.models.courtesy import Courtesy
from alerts.models.delivery import Delivery
from alerts.models.escalation import EscalationPolicy, EscalationStep
from alerts.models.finding import Finding
from alerts.models.outbound_call import OutboundCall, ReceiverCircuit
from alerts.models.response import Response
from alerts.models.screening_failure import ScreeningFailure
from alerts.models.snooze import Snooze
from alerts.models.unsubscription import Unsubscription
from alerts.models.webhook import Webhook, WebhookSecret

__all__ = [
    "Alert",
    "AuditCheck",
    "Courtesy",
    "Delivery",
    "EscalationPolicy",
    "EscalationStep",
    "Finding",
    "OutboundCall",
    "ReceiverCircuit",
    "Response",
    "ScreeningFailure",
    "Snooze",
    "Unsubscription",
    "Webhook",
    "WebhookSecret",
]
