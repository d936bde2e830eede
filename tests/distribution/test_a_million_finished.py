"""A million deliveries that are done stand behind fifty thousand that are due, and are not looked at."""

import sys
import time

import pytest
from django.utils import timezone

from alerts.delivery.claim import claimed
from alerts.delivery.turns import due_deliveries
from alerts.delivery.urgency import most_urgent_first
from alerts.models import Delivery
from alerts.sweeping import SWEPT_AT_ONCE
from tests.alerts.diaries import bloody_cough, saddle_numbness, write
from tests.cast import Person
from tests.distribution.filled import copy_people
from tests.distribution.plans import reads, statements_of
from tests.roles import beside

TABLES = ("diary_user", "account_emailaddress", "diary_patient", "alerts_alert", "alerts_delivery")
PEOPLE = 500_000
DUE = 50_000
CLAIMS = 50


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
def test_claiming_looks_at_what_is_due_only() -> None:
    now = timezone.now()
    alice = Person("Alice")
    write(alice, saddle_numbness(now.date()), bloody_cough(now.date()), now=now)
    Delivery.objects.update(state="sent", sent_at=now, attempts=1, next_attempt_at=None)
    copy_people(PEOPLE, tables=TABLES)
    with beside("owner") as owner:
        owner.execute(
            "UPDATE alerts_delivery SET state = 'owed', sent_at = NULL, attempts = 0, next_attempt_at = now() "
            f"WHERE id IN (SELECT id FROM alerts_delivery LIMIT {DUE})"
        )
        owner.execute("VACUUM ANALYZE alerts_delivery")

    due = most_urgent_first(due_deliveries(now=timezone.now()))[:SWEPT_AT_ONCE]
    (sweep,) = statements_of(lambda: list(due))
    assert not [read for read in reads(sweep) if read.table == "alerts_delivery" and read.index is None]
    began = time.monotonic()
    ids = [delivery.pk for delivery in due]
    swept_in = time.monotonic() - began

    claim = statements_of(lambda: claimed(delivery_id=ids[0], now=timezone.now()))
    assert not [read for one in claim for read in reads(one) if read.index is None and read.table.startswith("alerts_")]
    began = time.monotonic()
    for id_ in ids[1 : CLAIMS + 1]:
        claimed(delivery_id=id_, now=timezone.now())
    claimed_in = (time.monotonic() - began) / CLAIMS
    sys.stdout.write(f"\n{len(ids)} found in {swept_in:.2f} s, each claimed in {claimed_in * 1000:.0f} ms\n")
    assert swept_in < 5
    assert claimed_in < 0.5
