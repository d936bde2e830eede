"""What each process counts of finding danger signs, screening and delivering (`diary.measures`)."""

from typing import Final

from prometheus_client import Counter, Histogram

from alerts.channels import CHANNELS
from alerts.rules.tiers import Tier
from diary.measures import REGISTRY

DANGER_SIGNS: Final = Counter(
    "diary_danger_signs_answered", "Danger signs in the answers to writes.", ["tier"], registry=REGISTRY
)
SCREENINGS: Final = Counter("diary_screenings", "Screenings of a diary.", ["outcome"], registry=REGISTRY)
DELIVERIES: Final = Counter(
    "diary_deliveries",
    "What came of deliveries: sent, to be tried again, failed for good, or dropped as no longer worth sending.",
    ["channel", "outcome"],
    registry=REGISTRY,
)
DELIVERY_SECONDS: Final = Histogram(
    "diary_delivery_seconds",
    "From the moment a message was queued to the moment its receiver took it, held and retried ones included.",
    ["tier"],
    buckets=(0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 86400),
    registry=REGISTRY,
)

for _tier in Tier:
    DELIVERY_SECONDS.labels(_tier.value)
    DANGER_SIGNS.labels(_tier.value)
for _outcome in ("screened", "failed"):
    SCREENINGS.labels(_outcome)
for _channel in CHANNELS:
    for _outcome in ("sent", "retried", "failed", "dropped"):
        DELIVERIES.labels(_channel, _outcome)
