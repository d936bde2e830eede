"""What has done its work is removed after a while, and tombstones never."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from diary.account.retention import keep_no_longer
from diary.models import AccessLine, Caregiver, Device, Entry, ErasureRequest, FactorRemoval, Notice, Retention, Session
from diary.tasks import keep_no_longer as task
from tests.cast import Person
from tests.diary.at_once import at_once
from tests.diary.recordings import entry
from tests.roles import connected_as

DAY = timedelta(days=1)
NOW = timezone.now()


def line(person: Person, *, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO diary_accessline (patient_id, actor_id, at, action, resource)"
            " VALUES (%s, %s, %s, 'read', 'entries')",
            [person.patient_id, person.id, at],
        )


def removed(kind: str) -> int:
    return Retention.objects.get(pk=kind).removed_ever


def test_old_lines_of_the_access_log_go_and_the_others_stay(alice: Person) -> None:
    kept = timedelta(days=settings.ACCESS_LOG_DAYS)
    for at in (NOW - kept - DAY, NOW - kept - 400 * DAY, NOW - kept + DAY, NOW):
        line(alice, at=at)
    keep_no_longer(now=NOW)
    assert AccessLine.objects.count() == 2
    keep_no_longer(now=NOW)
    assert (AccessLine.objects.count(), removed("access_lines")) == (2, 2)


def test_it_looks_once_an_hour(alice: Person) -> None:
    keep_no_longer(now=NOW)
    line(alice, at=NOW - 2000 * DAY)
    keep_no_longer(now=NOW + timedelta(minutes=59))
    assert AccessLine.objects.count() == 1
    keep_no_longer(now=NOW + timedelta(minutes=61))
    assert AccessLine.objects.count() == 0


def test_many_lines_go_in_several_statements(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diary.account.retention._LINES_AT_ONCE", 3)
    for _ in range(10):
        line(alice, at=NOW - 2000 * DAY)
    keep_no_longer(now=NOW)
    assert (AccessLine.objects.count(), removed("access_lines")) == (0, 10)


@pytest.mark.parametrize("days", [0, 364])
def test_the_database_lets_go_of_no_line_before_a_year_whatever_the_setting(alice: Person, days: int) -> None:
    line(alice, at=NOW - 363 * DAY)
    with pytest.raises(DatabaseError, match="kept for a year"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT diary_drop_old_lines(now() - %s * interval '1 day', 10)", [days])
    assert AccessLine.objects.count() == 1


def test_the_service_may_remove_no_line_by_itself_however_old(alice: Person) -> None:
    line(alice, at=NOW - 2000 * DAY)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        AccessLine.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_of_the_tables_may_remove_a_young_line() -> None:
    alice = Person("Alice")
    line(alice, at=NOW - 300 * DAY)
    with connected_as("owner"), pytest.raises(DatabaseError, match="append-only"):
        AccessLine.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_remove_each_line_once() -> None:
    alice = Person("Alice")
    for _ in range(50):
        line(alice, at=NOW - 2000 * DAY)
    at_once([lambda: task() or 0] * 2)
    assert (AccessLine.objects.count(), removed("access_lines")) == (0, 50)


def device(person: Person) -> str:
    id_ = str(uuid4())
    assert person.put(f"devices/{id_}", {"id": id_, "platform": "android", "push_token": f"token-{id_}"}).status == 201
    return id_


def test_a_device_that_no_one_is_signed_in_on_becomes_a_tombstone_after_a_while(alice: Person) -> None:
    gone, stays = device(alice), None
    Session.objects.filter(user=alice.user).delete()
    alice.show_again_who_it_is()
    stays = device(alice)
    keep_no_longer(now=NOW)
    keep_no_longer(now=NOW + settings.SIGNED_OUT_DEVICE_DAYS * DAY - DAY)
    assert Device.objects.filter(deleted=False).count() == 2
    keep_no_longer(now=NOW + settings.SIGNED_OUT_DEVICE_DAYS * DAY)
    dead, living = Device.objects.get(id=gone), Device.objects.get(id=stays)
    assert (dead.deleted, dead.push_token, living.deleted) == (True, None, False)
    assert removed("devices") == 1


def test_signing_in_again_begins_anew(alice: Person) -> None:
    id_ = device(alice)
    session = Device.objects.get(id=id_).session_id
    Device.objects.update(session_id=uuid4())
    keep_no_longer(now=NOW)
    Device.objects.update(session_id=session)
    keep_no_longer(now=NOW + 100 * DAY)
    Device.objects.update(session_id=uuid4())
    keep_no_longer(now=NOW + 101 * DAY)
    keep_no_longer(now=NOW + settings.SIGNED_OUT_DEVICE_DAYS * DAY)
    assert not Device.objects.get(id=id_).deleted


def test_links_and_notices_that_ended_go_and_those_that_work_stay(alice: Person, bob: Person, charlie: Person) -> None:
    old, young = NOW - (settings.ENDED_LINK_DAYS + 1) * DAY, NOW - DAY
    for at in (old, young):
        FactorRemoval.objects.create(user=alice.user, token_digest=str(at), asked_at=at, due_at=at, done_at=at)
        Notice.objects.create(user=alice.user, kind="phone_added", channel="sms", address="", made_at=at, due_at=at)
    FactorRemoval.objects.create(user=bob.user, token_digest="waits", asked_at=old, due_at=old)
    for person, at in ((alice, old), (bob, young)):
        ErasureRequest.objects.create(user=person.user, code_digest="", session_digest="", expires_at=at)
    places = [(bob.cares_for(alice, "read", now=old), "old"), (charlie.cares_for(alice, "read", now=young), "young")]
    for place, digest in places:
        Caregiver.objects.filter(pk=place.pk).update(used_digest=digest)
    keep_no_longer(now=NOW)
    assert set(FactorRemoval.objects.values_list("token_digest", flat=True)) == {str(young), "waits"}
    assert Notice.objects.get().made_at == young
    assert ErasureRequest.objects.get().user == bob.user
    assert list(Caregiver.objects.order_by("used_digest").values_list("used_digest", flat=True)) == ["young", None]
    assert (removed("links"), removed("notices")) == (3, 1)


def test_a_tombstone_never_goes(alice: Person) -> None:
    row = entry()
    alice.put(f"patients/me/entries/{row['id']}", row)
    alice.delete(f"patients/me/entries/{row['id']}")
    id_ = device(alice)
    alice.delete(f"devices/{id_}")
    keep_no_longer(now=NOW + 700 * DAY)
    assert Entry.objects.get().deleted
    assert Device.objects.get().deleted
    assert alice.put(f"patients/me/entries/{row['id']}", row).status == 410
