"""An account that reads its own full diary without a pause does not hold up the others."""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bench.people import Phone
from tests.cast import Person
from tests.flow.load import grow, latencies, quantile
from tests.service import Service

PATHS = ("screening", "days")
AT_ONCE = 8


@pytest.fixture
def service(transactional_db: None) -> Iterator[Service]:
    with Service() as running:
        running.environment["RATE_LIMITS"] = "on"
        yield running


@pytest.mark.parametrize(
    ("entries", "seconds"),
    [
        pytest.param(4_000, 5, id="short", marks=[pytest.mark.nightly, pytest.mark.timeout(240)]),
        pytest.param(45_000, 30, id="full", marks=[pytest.mark.chaos, pytest.mark.timeout(600)]),
    ],
)
def test_a_full_diary_that_is_read_all_the_time_does_not_hold_up_the_others(
    service: Service, entries: int, seconds: int
) -> None:
    service.start_api(workers=2)
    alice, others = Person("Alice"), [Phone() for _ in range(AT_ONCE)]
    grow(alice, entries)
    latencies(service, *others, until=time.monotonic() + 1)  # warm
    quiet = latencies(service, *others, until=time.monotonic() + 2)

    until = time.monotonic() + seconds
    with ThreadPoolExecutor(AT_ONCE) as readers:
        reading = [readers.submit(read_all_the_time, service, alice, PATHS[n % 2], until) for n in range(AT_ONCE)]
        meanwhile = latencies(service, *others, until=until)

    answers = sum((each.result() for each in reading), Counter[int]())
    assert set(answers) == {200, 429}
    sys.stdout.write(
        f"\np99 {quantile(quiet, 0.99):.3f} s quiet, {quantile(meanwhile, 0.99):.3f} s meanwhile; {dict(answers)}\n"
    )
    assert quantile(meanwhile, 0.99) < max(1, 3 * quantile(quiet, 0.99))


def read_all_the_time(service: Service, person: Person, path: str, until: float) -> Counter[int]:
    """The statuses of the answers; who is turned away asks again at once."""
    answers: Counter[int] = Counter()
    with httpx.Client(headers={"Authorization": f"Bearer {person.token}"}, timeout=60) as http:
        while time.monotonic() < until:
            answers[http.get(f"{service.url}/api/v1/patients/me/{path}").status_code] += 1
    return answers
