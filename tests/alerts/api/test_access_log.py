"""Looks at alerts and acknowledgements are in the log that the owner reads."""

from alerts.models import Alert
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
