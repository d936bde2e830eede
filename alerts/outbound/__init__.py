"""Calling addresses that people gave us: the one way, which leads to no one's inside (ADR 8)."""

from alerts.outbound.calling import LIMIT, WITHIN_SECONDS, Answer, call
from alerts.outbound.errors import AddressRefused, CallError
from alerts.outbound.patience import retry_after
from alerts.outbound.target import Target, target_of

__all__ = [
    "LIMIT",
    "WITHIN_SECONDS",
    "AddressRefused",
    "Answer",
    "CallError",
    "Target",
    "call",
    "retry_after",
    "target_of",
]
