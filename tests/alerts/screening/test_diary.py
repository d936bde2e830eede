"""Work exists while a diary was changed; it is done once, and a diary that fails holds back no other."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from alerts import tasks
from alerts.models import Alert, Finding, ScreeningFailure
from alerts.screening.diary import LOST_AFTER, NUDGED_WITHIN, QUIET_SECONDS, screen_diary, screen_fresh, waiting_diaries
from diary.locks import hold_diary
from diary.models import Patient
from tests.alerts.diaries import NOON, bloody_cough, days_ago, delete, entry, nights_that_no_tablet_helped, write
from tests.cast import Person


def corrupt(person: Person) -> None:
    """What no phone can write: a symptom that is neither yes nor no."""
    write(person, entry())
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE diary_entry SET symptoms = '{"cough": "SECRET"}' WHERE patient_id = %s""", [person.patient_id]
        )


def mend(person: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE diary_entry SET symptoms = NULL WHERE patient_id = %s", [person.patient_id])


def waiting(now: object = NOON + NUDGED_WITHIN) -> list[UUID]:
    return list(waiting_diaries(now=now).values_list("pk", flat=True))  # type: ignore[arg-type]


def test_a_changed_diary_is_screened_once(alice: Person) -> None:
    write(alice, entry())
    assert screen_diary(patient_id=alice.patient_id, now=NOON)
    patient = Patient.objects.get(pk=alice.patient_id)
    assert (patient.screened_revision, patient.unscreened_since) == (patient.revision, None)
    assert not screen_diary(patient_id=alice.patient_id, now=NOON)


def test_a_diary_without_an_answer_or_without_anything_is_screened_too(alice: Person) -> None:
    empty = entry(note="Nothing today.")
    write(alice, empty)
    assert screen_diary(patient_id=alice.patient_id, now=NOON)
    delete(alice, empty)
    assert screen_diary(patient_id=alice.patient_id, now=NOON)
    assert not Finding.objects.exists()


def test_an_unknown_diary_is_no_work(alice: Person) -> None:
    assert not screen_diary(patient_id=alice.id, now=NOON)


def test_the_sweep_finds_what_waits_longer_than_a_nudge_takes_the_oldest_first(alice: Person, bob: Person) -> None:
    write(bob, entry(), now=NOON + timedelta(seconds=1))
    write(alice, entry(), now=NOON)
    assert waiting(NOON) == []
    assert waiting(NOON + timedelta(minutes=1)) == [alice.patient_id, bob.patient_id]


def test_found_on_is_the_patients_own_date(alice: Person) -> None:
    Patient.objects.filter(pk=alice.patient_id).update(time_zone="Pacific/Honolulu")
    write(alice, msgspec.structs.replace(bloody_cough(), time_zone="Pacific/Kiritimati"))  # UTC+14, where they are now
    assert Alert.objects.get().found_on == days_ago(-1)


def test_without_a_zone_the_date_is_that_of_the_place_last_written_from(alice: Person) -> None:
    far = msgspec.structs.replace(bloody_cough(), time_zone="Pacific/Kiritimati")
    write(alice, far)
    assert Alert.objects.get().found_on == days_ago(-1)


def test_an_edited_profile_withdraws_what_rested_on_it(alice: Person) -> None:
    Patient.objects.filter(pk=alice.patient_id).update(cancer_history=True)
    write(alice, entry(worst_pain=5, sites=["neck"]))
    assert Alert.objects.get().rule == "cancer_history_spinal_pain"
    Patient.objects.filter(pk=alice.patient_id).update(cancer_history=False)
    screen_diary(patient_id=alice.patient_id, now=NOON)
    assert Alert.objects.get().state == "withdrawn"


def test_a_diary_that_fails_rests_ever_longer_and_holds_back_no_other(alice: Person, bob: Person) -> None:
    corrupt(alice)
    write(bob, *nights_that_no_tablet_helped())
    now = NOON
    rests = []
    for _ in range(8):
        with pytest.raises(msgspec.ValidationError):
            screen_diary(patient_id=alice.patient_id, now=now)
        failure = ScreeningFailure.objects.get()
        assert not screen_diary(patient_id=alice.patient_id, now=now)  # it rests
        rests.append((failure.retry_at - now) // timedelta(minutes=1))
        now = failure.retry_at
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60]
    assert (failure.patient_id, failure.attempts, failure.error) == (alice.patient_id, 8, "ValidationError")
    assert alice.patient_id not in waiting(now - timedelta(seconds=1))
    assert screen_diary(patient_id=bob.patient_id, now=NOON)


def test_a_diary_that_is_mended_is_screened_and_its_failures_forgotten(alice: Person) -> None:
    corrupt(alice)
    with pytest.raises(msgspec.ValidationError):
        screen_diary(patient_id=alice.patient_id, now=NOON)
    mend(alice)
    assert screen_diary(patient_id=alice.patient_id, now=NOON + timedelta(minutes=1))
    assert not ScreeningFailure.objects.exists()


def test_an_attempt_that_may_have_killed_a_worker_is_counted_ahead(alice: Person) -> None:
    corrupt(alice)
    late = NOON + LOST_AFTER
    with pytest.raises(msgspec.ValidationError):
        screen_diary(patient_id=alice.patient_id, now=late)
    assert ScreeningFailure.objects.values_list("attempts", "error").get() == (1, "ValidationError")
    assert alice.patient_id not in waiting(late)


def test_a_failure_is_logged_without_what_was_written(alice: Person, caplog: pytest.LogCaptureFixture) -> None:
    corrupt(alice)
    with caplog.at_level(logging.DEBUG), pytest.raises(msgspec.ValidationError):
        tasks.screen_diary(str(alice.patient_id))
    assert "SECRET" not in caplog.text


def test_one_turn_screens_all_that_was_written_a_moment_ago(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.screening.diary.TURN_SECONDS", 60.0)
    for person in (alice, bob):
        write(person, *nights_that_no_tablet_helped())
    assert screen_fresh(clock=lambda: NOON) is None
    assert not Patient.objects.filter(unscreened_since__isnull=False).exists()
    assert Alert.objects.filter(tier="see_doctor").count() == 2


def test_a_turn_is_short_and_what_is_left_has_another_at_once(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.screening.diary.TURN_SECONDS", 0.0)
    for person in (alice, bob):
        write(person, entry())
    assert screen_fresh(clock=lambda: NOON) == 0
    assert len(waiting()) == 1
    monkeypatch.undo()
    assert screen_fresh(clock=lambda: NOON) is None
    assert waiting() == []


def test_a_turn_leaves_alone_what_may_have_ended_a_worker(alice: Person, bob: Person) -> None:
    write(alice, entry())
    write(bob, entry(), now=NOON + timedelta(seconds=1))
    assert screen_fresh(clock=lambda: NOON + LOST_AFTER) is None
    assert waiting(NOON + LOST_AFTER) == [alice.patient_id]


def test_a_diary_that_fails_ends_the_turn_and_what_is_left_has_another(alice: Person, bob: Person) -> None:
    write(bob, entry())
    write(alice, entry(), now=NOON + timedelta(seconds=1))
    corrupt(alice)
    with pytest.raises(msgspec.ValidationError):
        screen_fresh(clock=lambda: NOON + timedelta(seconds=2))
    assert screen_fresh(clock=lambda: NOON + timedelta(seconds=2)) is None
    assert waiting(NOON + timedelta(minutes=2)) == [alice.patient_id]


@pytest.mark.django_db(transaction=True)
def test_a_turn_does_not_wait_for_a_diary_that_another_has_in_hand(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.screening.diary.TURN_SECONDS", 60.0)
    for person in (alice, bob):
        write(person, entry())

    def turn() -> float | None:
        try:
            return screen_fresh(clock=lambda: NOON)
        finally:
            connections.close_all()

    with transaction.atomic(), ThreadPoolExecutor(1) as worker:
        hold_diary(alice.patient_id)
        assert worker.submit(turn).result(timeout=20) == QUIET_SECONDS
        assert waiting() == [alice.patient_id]
    assert screen_fresh(clock=lambda: NOON) is None
    assert waiting() == []


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_do_each_diary_once(alice: Person, bob: Person, charlie: Person) -> None:
    diaries = [person.patient_id for person in (alice, bob, charlie)]
    for person in (alice, bob, charlie):
        write(person, *nights_that_no_tablet_helped(until=timezone.now().date()), now=timezone.now())

    def screen(patient_id: UUID) -> bool:
        try:
            return screen_diary(patient_id=patient_id, now=timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as workers:
        done = list(workers.map(screen, diaries * 8))
    assert sum(done) == len(diaries)
    assert Alert.objects.filter(tier="see_doctor").count() == len(diaries)


@pytest.mark.django_db(transaction=True)
def test_a_diary_being_written_is_screened_with_what_is_being_written(alice: Person) -> None:
    write(alice, entry())

    def screen_meanwhile() -> bool:
        try:
            return screen_diary(patient_id=alice.patient_id, now=NOON)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            Patient.objects.select_for_update().get(pk=alice.patient_id)
            screening = other.submit(screen_meanwhile)
            write(alice, entry())
        assert screening.result(timeout=10)
    patient = Patient.objects.get(pk=alice.patient_id)
    assert patient.screened_revision == patient.revision == 2
