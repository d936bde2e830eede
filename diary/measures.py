"""What each process counts of its own work, for `/metrics`: of one's own diary, and never of whose it is.

A process counts in memory; the processes of one server keep their counts in one directory, so that any of them answers
for all (`backend.settings.metrics`). Labels come from closed lists, and each is there from the start: a zero is a zero
and not a gap.
"""

from typing import Final, get_args

from prometheus_client import Counter, Histogram, disable_created_metrics
from prometheus_client.registry import CollectorRegistry

from diary.format.fields import ResourceType

# When each was first counted would be half as many lines again, and of no use.
disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY: Final = CollectorRegistry(auto_describe=False)

WRITES: Final = Counter(
    "diary_writes", "Rows of diaries that were stored, changed or deleted.", ["type"], registry=REGISTRY
)
ERASURES: Final = Counter("diary_erasures", "Accounts that were erased.", registry=REGISTRY)
_SCREENED_WITHIN: Final = (0.5, 1, 2.5, 5, 10, 30, 60, 180, 600, 3600)
SCREENING_LAG: Final = Histogram(
    "diary_screening_lag_seconds",
    "From the first write that a screening looked at to its end.",
    buckets=_SCREENED_WITHIN,
    registry=REGISTRY,
)

for _type in get_args(ResourceType):
    WRITES.labels(_type)
