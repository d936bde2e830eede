"""From "the write is answered" to "the mail is accepted", on an idle system."""

import time

from bench.load import drive
from bench.people import Phone, entry
from tests.service import Service

_DAYS = 41  # a run of 42 days of positive nights, without treatment, is `night_rest_persistent`
_SETTLE_SECONDS = 0.5  # the history is screened before the clock runs


def danger_sign_latencies(service: Service, *, samples: int) -> list[float]:
    """Seconds for an emergency alert, which the write itself raises."""
    phones = [Phone() for _ in range(samples)]
    return [_latency(service, phone, phone.put(entry(0, symptoms={"saddle_numbness": True}))) for phone in phones]


def pattern_latencies(service: Service, *, samples: int) -> list[float]:
    """Seconds for a see-a-doctor alert: the last of 42 entries completes the pattern, the worker finds it."""
    latencies = []
    for _ in range(samples):
        phone = Phone()
        nights = [entry(day, night_pain=6, worst_pain=6) for day in range(_DAYS, -1, -1)]
        drive(service.port, iter([phone.sync(nights[:-1])]), connections=1)
        time.sleep(_SETTLE_SECONDS)
        latencies.append(_latency(service, phone, phone.put(nights[-1])))
    return latencies


def _latency(service: Service, phone: Phone, write: bytes) -> float:
    drive(service.port, iter([write]), connections=1)
    answered = time.perf_counter()
    return max(0.0, service.mailbox.wait_for(phone.email, timeout=90).accepted_at - answered)
