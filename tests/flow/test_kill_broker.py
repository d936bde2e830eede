"""The broker is flushed or killed, and only time is lost."""

import pytest

from tests.cast import Person
from tests.flow.kill import flush_broker, swept_until, write_nights
from tests.service import Service

pytestmark = pytest.mark.timeout(180)


def test_flushed_with_work_queued_the_sweep_finds_it(service: Service) -> None:
    alice = Person("Alice")
    write_nights(alice)
    flush_broker()
    service.start_worker()
    swept_until(lambda: service.mailbox.sent_to(alice.email))
    assert len(service.mailbox.sent_to(alice.email)) == 1
