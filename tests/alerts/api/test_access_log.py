"""Looks at alerts and acknowledgements are in the log that the owner reads."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from alerts.models import Alert
from diary.models import AccessLine
from tests.alerts.diaries import saddle_numbness, write
from tests.cast import Person


def test_the_owner_reads_who_looked_at_an_alert_and_who_acknowledged_it(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "alerts")
    write(alice, saddle_numbness())
    alert = Alert.objects.get()
    path = f"patients/{alice.patient_id}/alerts"
    bob.get(path)
    bob.get(f"{path}/{alert.pk}")
    bob.post(f"{path}/{alert.pk}/acknowledge", {})
    lines = alice.get("patients/me/access-log").body["items"][:0:-1]
    assert [(line["actor_name"], line["action"], line["resource"], line["resource_id"]) for line in lines] == [
        ("Bob", "read", "alerts", None),
        ("Bob", "read", "alert", str(alert.pk)),
        ("Bob", "acknowledged", "alert", str(alert.pk)),
    ]


def deeds() -> list[str]:
    return list(AccessLine.objects.exclude(action="read").order_by("id").values_list("action", flat=True))


def test_a_deed_that_changes_nothing_is_a_look_and_a_flood_of_them_is_one(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "log")
    write(alice, saddle_numbness())
    path = f"patients/{alice.patient_id}/alerts/{Alert.objects.get().pk}"
    with time_machine.travel(timezone.now(), tick=False):
        for method, sent, status in (
            ("DELETE", None, 200),
            ("POST", {}, 200),
            ("DELETE", None, 200),
        ):
            for _ in range(5):
                assert bob.send(method, f"{path}/acknowledge", sent).status == status
        for outcome in ("not_yet", "serious", "not_yet"):
            for _ in range(5):
                assert bob.post(f"{path}/outcome", {"outcome": outcome}).status == 200
    assert deeds() == ["acknowledged", "taken_back", "outcome_given", "outcome_given"]
    assert AccessLine.objects.filter(action="read").count() == 1


def test_acknowledging_what_is_closed_is_a_look(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "log")
    write(alice, saddle_numbness())
    path = f"patients/{alice.patient_id}/alerts/{Alert.objects.get().pk}"
    assert bob.post(f"{path}/outcome", {"outcome": "serious"}).status == 200
    assert bob.post(f"{path}/acknowledge", {}).status == 200
    assert bob.delete(f"{path}/acknowledge").status == 409
    ahead = (timezone.now() + timedelta(days=1)).isoformat()
    assert bob.post(f"{path}/snooze", {"until": ahead}).status == 409
    assert deeds() == ["outcome_given"]
    assert AccessLine.objects.filter(action="read", resource="alert").count() == 1
