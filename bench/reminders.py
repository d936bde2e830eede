"""How long it takes until everyone is reminded whose hour it is at once, and how long an emergency waits meanwhile.

`python -m tests.servers -- python -m bench.reminders [--people 10000]`, on empty servers. All mail goes to one
receiver, on the same machine.
"""

from __future__ import annotations

import argparse
import os
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import django

if TYPE_CHECKING:
    from tests.service import Service

EMERGENCY_EVERY_SECONDS: Final = 5.0
WITHIN_SECONDS: Final = 120.0


def main(people: int) -> None:
    """Have them due in a moment, write emergencies until the last of them is reminded, and print both."""
    from django.core.management import call_command
    from django.utils import timezone

    from tests.roles import connect_as
    from tests.service import Service

    connect_as("owner")
    call_command("migrate", verbosity=0)
    connect_as("service")
    with Service() as service:
        service.start_api()
        service.start_worker(concurrency=2, queues="screening,delivery")
        service.start_worker(concurrency=2, queues="courtesies", name="courtesies")
        service.start_beat()
        warned = _warned_after(service)  # everything has started when it is through
        due_at = timezone.now() + timedelta(seconds=10)
        _make_people(people, due_at)
        time.sleep(max(0.0, (due_at - timezone.now()).total_seconds()))
        began, waits = time.monotonic(), []
        while _reminded(service) < people and time.monotonic() - began < 3 * WITHIN_SECONDS:
            waits.append(_warned_after(service))
            time.sleep(EMERGENCY_EVERY_SECONDS)
        took = time.monotonic() - began
    reminded = _reminded(service)
    print(f"{reminded:,} of {people:,} people due at once were reminded within {took:.0f} s")
    print(f"an emergency took {warned:.1f} s before, and meanwhile {max(waits):.1f} s at most (of {len(waits)})")


def _make_people(people: int, due_at: datetime) -> None:
    from allauth.account.models import EmailAddress

    from diary.models import Patient, Preferences, ReminderPlan, User
    from diary.reaching.preferences import TIERS

    users = [User(email=f"reminded-{number}@example.org", password="!") for number in range(people)]
    User.objects.bulk_create(users, batch_size=1000)
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, primary=True, verified=True) for user in users], batch_size=1000
    )
    Patient.objects.bulk_create([Patient(user=user) for user in users], batch_size=1000)
    channels = {tier: ["push", "web_push", "email"] for tier in TIERS}
    wish = {"reminder_at": "20:00", "reminder_weekdays": [1, 2, 3, 4, 5, 6, 7]}
    Preferences.objects.bulk_create(
        [Preferences(user=user, version=1, **channels, **wish) for user in users], batch_size=1000
    )
    ReminderPlan.objects.bulk_create([ReminderPlan(user=user, due_at=due_at) for user in users], batch_size=1000)


def _reminded(service: Service) -> int:
    received = list(service.mailbox.received)
    return len({mail.recipients for mail in received if mail.recipients[0].startswith("reminded-")})


def _warned_after(service: Service) -> float:
    """Seconds from writing a danger sign, through the API, to the mail about it."""
    from bench.load import drive
    from bench.people import Phone, entry

    phone = Phone()
    began = time.monotonic()
    drive(service.port, iter([phone.put(entry(0, symptoms={"saddle_numbness": True}))]), connections=1)
    service.mailbox.wait_for(phone.email, timeout=60)
    return time.monotonic() - began


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "backend.settings", "LOG_LEVEL": "WARNING", "RATE_LIMITS": "off"}
    django.setup()
    main(parser.parse_args().people)
