"""The journal outside the database: nothing is left out of it, and a database that was set back is told all of it."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import Settings

from alerts.delivery.unsubscribe import resubscribe, unsubscribe
from alerts.models import Courtesy, Delivery, Unsubscription, Webhook
from alerts.rules.tiers import Tier
from alerts.screening.diary import screen_diary
from backend.checks import require_sound_settings, restored, wrong_settings
from backend.doctor.configured import journal_found
from backend.health import health_measured
from backend.journal.apply import apply_journal
from backend.journal.files import BadLine, lines_of
from backend.journal.relay import relay
from backend.journal.standing import _SERVER, standing
from backend.local.embedded.postgresql import PostgreSQL
from backend.models import JournalSeen
from diary.access import circle
from diary.access.levels import Access
from diary.account.erase import erase
from diary.identity import health_consent
from diary.identity.provisioning import sign_out_everywhere
from diary.models import Caregiver, ConsentRecord, JournalLine, Notice, Phone, Session, User
from diary.proof import Proof
from diary.reaching.phones import remove_phone
from tests.alerts.diaries import nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
SOON = NOW + timedelta(minutes=5)
SetBack = Callable[[Callable[[], object]], None]


class _Backup(Exception):
    """Ends what is to be lost."""


@pytest.fixture(autouse=True)
def journal(settings: Settings, tmp_path: Path, db: None) -> Path:
    """Empty, and the database has written nothing to it yet."""
    directory = tmp_path / "journal"
    directory.mkdir()
    settings.JOURNAL_DIR = directory
    JournalLine.objects.all().delete()
    return directory


@pytest.fixture
def alice(journal: Path) -> Person:
    return Person("Alice")


@pytest.fixture
def bob(journal: Path) -> Person:
    return Person("Bob")


@pytest.fixture
def set_back() -> SetBack:
    """Does something, brings it into the journal, and sets the database back to before it."""

    def done_and_set_back(something: Callable[[], object]) -> None:
        with suppress(_Backup), transaction.atomic():
            something()
            relay(now=NOW)
            raise _Backup

    return done_and_set_back


def kinds(directory: Path) -> list[str]:
    return [line.kind for line in lines_of(directory)]


def own(person: Person) -> Access:
    return Access(person.id, person.patient_id, "own")


def session_of(person: Person) -> Session:
    return Session.objects.get(user=person.id)


def after_restore(*options: str) -> str:
    said = StringIO()
    call_command("after_restore", *options, stdout=said)
    return said.getvalue()


def test_what_is_relayed_is_in_the_file_and_no_longer_in_the_database(alice: Person, journal: Path) -> None:
    session_of(alice).delete()
    assert relay(now=NOW) == 1
    (line,) = lines_of(journal)
    assert line.kind == "signed_out"
    row = JournalLine.objects.get()
    assert (row.pk, row.subject, row.detail, row.relayed_at) == (line.id, None, "", NOW)
    assert relay(now=NOW) == 0
    assert kinds(journal) == ["signed_out"]
    assert (journal / f"{NOW:%Y-%m}.jsonl").stat().st_mode & 0o777 == 0o600


def test_without_a_journal_nothing_is_kept_of_what_was_erased(alice: Person, settings: Settings) -> None:
    settings.JOURNAL_DIR = None
    sign_out_everywhere(user=alice.user, now=NOW)
    assert relay(now=NOW) == 0
    assert not JournalLine.objects.exists()
    assert standing() == "none"


def test_a_worker_that_lacks_the_setting_leaves_the_lines_to_the_others(alice: Person, settings: Settings) -> None:
    sign_out_everywhere(user=alice.user, now=NOW)
    relay(now=NOW)
    settings.JOURNAL_DIR = None
    erase(user_id=alice.id, now=NOW)
    assert relay(now=NOW) == 0
    assert JournalLine.objects.filter(relayed_at=None).exists()


def test_an_erased_account_is_erased_again(alice: Person, set_back: SetBack) -> None:
    write(alice, saddle_numbness())
    set_back(lambda: erase(user_id=alice.id, now=NOW))
    assert User.objects.filter(pk=alice.id).exists()
    assert apply_journal(now=SOON)["account_erased"] == 1
    assert not User.objects.filter(pk=alice.id).exists()
    relay(now=SOON)
    assert not apply_journal(now=SOON)


def test_a_changed_password_is_no_password_any_more_and_all_are_signed_out(alice: Person, set_back: SetBack) -> None:
    alice.user.set_password("of before the backup")
    alice.user.save()
    alice.show_again_who_it_is()

    def change() -> None:
        user = User.objects.get(pk=alice.id)
        user.set_password("a thief knew the other")
        user.save()

    set_back(change)
    assert alice.get("patients/me/entries").status == 200
    apply_journal(now=SOON)
    assert not User.objects.get(pk=alice.id).has_usable_password()
    assert alice.get("patients/me/entries").status == 401


def test_who_signed_out_everywhere_is_signed_out_everywhere(alice: Person, set_back: SetBack) -> None:
    set_back(lambda: sign_out_everywhere(user=User.objects.get(pk=alice.id), now=NOW))
    assert alice.get("patients/me/entries").status == 200
    apply_journal(now=SOON)
    assert alice.get("patients/me/entries").status == 401


def test_one_device_that_was_signed_out_is_signed_out_and_the_others_are_not(alice: Person, set_back: SetBack) -> None:
    signed_out, first = session_of(alice), alice.token
    alice.show_again_who_it_is()
    set_back(Session.objects.filter(pk=signed_out.pk).delete)
    apply_journal(now=SOON)
    assert alice.get("patients/me/entries").status == 200
    alice.token = first
    assert alice.get("patients/me/entries").status == 401


def test_a_revoked_caregiver_reads_nothing(alice: Person, bob: Person, set_back: SetBack) -> None:
    place = bob.cares_for(alice, "read")
    set_back(lambda: circle.end(access=own(alice), caregiver_id=place.pk, now=NOW))
    assert bob.get(f"patients/{alice.patient_id}/entries").status == 200
    apply_journal(now=SOON)
    assert bob.get(f"patients/{alice.patient_id}/entries").status == 404
    assert list(ConsentRecord.objects.values_list("action", "actor")) == [("revoked", alice.id)]


def test_who_left_a_circle_has_left_it(alice: Person, bob: Person, set_back: SetBack) -> None:
    place = bob.cares_for(alice, "log")
    leaving = Access(bob.id, alice.patient_id, "log")
    set_back(lambda: circle.end(access=leaving, caregiver_id=place.pk, now=NOW))
    apply_journal(now=SOON)
    assert list(ConsentRecord.objects.values_list("action", "actor")) == [("left", bob.id)]


@pytest.mark.parametrize(("before", "after", "restored"), [("log", "alerts", "alerts"), ("alerts", "log", "alerts")])
def test_a_level_is_lowered_again_and_never_raised(
    alice: Person, bob: Person, set_back: SetBack, before: Any, after: Any, restored: str
) -> None:
    place = bob.cares_for(alice, before)
    proof = Proof(session_digest=session_of(alice).pk, now=NOW)
    change = {"owner": own(alice), "caregiver_id": place.pk, "level": after, "expected": None, "proof": proof}
    set_back(lambda: circle.change_level(**change, now=NOW))
    apply_journal(now=SOON)
    assert Caregiver.objects.get(pk=place.pk).level == restored


def test_withdrawn_consent_is_withdrawn(alice: Person, set_back: SetBack) -> None:
    said = health_consent.Declaration(health_consent.VERSION, 18)
    health_consent.give(user_id=alice.id, said=said, now=NOW)
    set_back(lambda: health_consent.withdraw(user_id=alice.id, now=SOON))
    apply_journal(now=SOON)
    assert health_consent.standing(user_id=alice.id) is None


def test_stopped_mails_stay_stopped_unless_they_were_wanted_again(alice: Person, set_back: SetBack) -> None:
    delivery = told_of_a_visit(alice)
    set_back(lambda: unsubscribe(delivery_id=delivery, tier=Tier.SEE_DOCTOR, now=NOW))
    apply_journal(now=SOON)
    assert Unsubscription.objects.filter(user=alice.id, tier="see_doctor").exists()
    relay(now=SOON)
    set_back(lambda: resubscribe(delivery_id=delivery, tier=Tier.SEE_DOCTOR))
    apply_journal(now=SOON)
    assert not Unsubscription.objects.exists()


def told_of_a_visit(person: Person) -> UUID:
    write(person, *nights_that_no_tablet_helped(until=NOW.date()), now=NOW)
    screen_diary(patient_id=person.patient_id, now=NOW)
    return Delivery.objects.get().pk


def test_nothing_is_sent_to_a_number_or_server_that_was_given_up(alice: Person, set_back: SetBack) -> None:
    Phone.objects.create(user=alice.user, number="+34600000001", verified_at=NOW)
    there = {"url": "https://pager.example/alerts", "state": "active", "verified_at": NOW, "updated_at": NOW}
    key = Webhook.objects.create(user=alice.user, id=uuid4(), **there).pk

    def give_up() -> None:
        remove_phone(user_id=alice.id)
        Webhook.objects.filter(pk=key).update(url="https://elsewhere.example/alerts")

    set_back(give_up)
    apply_journal(now=SOON)
    assert Phone.objects.get(pk=alice.id).number is None
    assert Webhook.objects.get(pk=key).deleted


def test_what_went_out_is_not_sent_again_and_what_did_not_is(alice: Person, bob: Person, set_back: SetBack) -> None:
    bob.cares_for(alice, "alerts")
    write(alice, saddle_numbness())
    went_out, still_owed = Delivery.objects.order_by("pk")
    sent = {"state": "sent", "sent_at": NOW, "next_attempt_at": None, "attempts": 1}
    set_back(lambda: Delivery.objects.filter(pk=went_out.pk).update(**sent))
    apply_journal(now=SOON)
    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == ["sent", "owed"]
    assert Delivery.objects.get(pk=still_owed.pk).next_attempt_at is not None


def test_a_notice_that_went_out_is_not_sent_again(alice: Person, set_back: SetBack) -> None:
    sign_out_everywhere(user=alice.user, now=NOW)
    assert Notice.objects.exists()
    set_back(lambda: Notice.objects.all().delete())
    apply_journal(now=SOON)
    assert not Notice.objects.exists()


def test_a_database_that_was_set_back_is_held_until_someone_has_looked(alice: Person, set_back: SetBack) -> None:
    require_sound_settings()
    set_back(lambda: erase(user_id=alice.id, now=NOW))
    assert standing() == "set back"
    with pytest.raises(ImproperlyConfigured, match=r"JOURNAL_DIR has erasures.*it was restored; run manage\.py after_"):
        require_sound_settings()
    assert "JOURNAL_DIR" in wrong_settings()

    with pytest.raises(CommandError, match="Nothing was changed"):
        after_restore()
    assert User.objects.filter(pk=alice.id).exists()
    assert "1 accounts that were erased" in after_restore("--apply")
    assert not User.objects.filter(pk=alice.id).exists()
    require_sound_settings()
    assert "The database lacks nothing" in after_restore()


def test_reminders_of_before_are_left_out(alice: Person) -> None:
    due = {"created_at": NOW, "due_at": NOW, "until": SOON}
    Courtesy.objects.create(user=alice.user, kind="reminder", occasion="2026-11-29", **due)
    assert "Left out: 1 reminders" in after_restore("--apply")
    assert Courtesy.objects.get().state == "dropped"


def test_accounts_whose_address_changed_are_listed(alice: Person, set_back: SetBack) -> None:
    set_back(lambda: User.objects.filter(pk=alice.id).update(email="alice@elsewhere.example"))
    assert f"ask for the address of account {alice.id}" in after_restore("--apply")


def test_a_running_service_that_is_set_back_applies_the_journal_by_itself(alice: Person, set_back: SetBack) -> None:
    set_back(lambda: erase(user_id=alice.id, now=NOW))
    relay(now=SOON)
    assert not User.objects.filter(pk=alice.id).exists()
    assert standing() == "at one"


def test_what_was_done_before_the_backup_is_not_done_again(alice: Person, set_back: SetBack) -> None:
    Phone.objects.create(user=alice.user, number="+34600000001", verified_at=NOW)
    remove_phone(user_id=alice.id)
    relay(now=NOW)
    Phone.objects.filter(pk=alice.id).update(number="+34600000002", verified_at=NOW)
    set_back(session_of(alice).delete)
    assert set(apply_journal(now=SOON)) == {"signed_out"}
    assert Phone.objects.get(pk=alice.id).number == "+34600000002"


def test_an_empty_directory_is_not_this_databases_journal(alice: Person, journal: Path) -> None:
    session_of(alice).delete()
    relay(now=NOW)
    for file in journal.iterdir():
        file.unlink()
    server_started_again()
    with pytest.raises(ImproperlyConfigured, match="has nothing of what this database wrote"):
        require_sound_settings()
    with pytest.raises(CommandError, match="--new-journal"):
        after_restore("--apply")
    alice.show_again_who_it_is()
    session_of(alice).delete()
    assert relay(now=NOW) == 0
    assert "A new journal begins" in after_restore("--new-journal")
    require_sound_settings()


@pytest.mark.parametrize("gone", ["no such directory", "an empty directory", "unreadable lines"])
def test_while_the_journal_is_away_a_database_that_was_never_set_back_goes_on(
    alice: Person, journal: Path, gone: str
) -> None:
    session_of(alice).delete()
    relay(now=NOW)
    (file,) = journal.iterdir()
    written = file.read_bytes()
    if gone == "unreadable lines":
        file.write_text("not a line\n")
    else:
        file.unlink()
    if gone == "no such directory":
        journal.rmdir()

    require_sound_settings()
    assert "JOURNAL_DIR" not in wrong_settings()
    (fault,) = restored.journal_away()
    assert "is it mounted? The service goes on" in str(fault)
    assert journal_found().verdict == "broken"
    assert not health_measured(now=NOW).journal
    alice.show_again_who_it_is()
    erase(user_id=alice.id, now=NOW)
    with suppress(OSError, BadLine):
        relay(now=NOW)
    assert JournalLine.objects.filter(kind="account_erased", relayed_at=None).exists(), "it waits"

    journal.mkdir(exist_ok=True)
    file.write_bytes(written)
    assert relay(now=SOON) > 0
    assert "account_erased" in kinds(journal)
    assert (restored.journal_away(), health_measured(now=NOW).journal) == ([], True)


def test_while_the_journal_is_away_a_database_that_may_have_been_restored_is_held(alice: Person, journal: Path) -> None:
    relay(now=NOW)
    server_started_again()
    journal.rmdir()
    with pytest.raises(ImproperlyConfigured, match="JOURNAL_DIR can't be read"):
        require_sound_settings()
    assert wrong_settings() == ["JOURNAL_DIR"]
    journal.mkdir()
    relay(now=NOW)
    journal.rmdir()
    require_sound_settings()


def test_a_database_that_is_restored_in_any_way_is_not_taken_for_the_one_that_was_there(
    own_postgresql: PostgreSQL,
) -> None:
    def server(name: str = "postgres") -> object:
        with psycopg.connect(own_postgresql.url.removesuffix("postgres") + name, autocommit=True) as connection:
            return connection.execute(_SERVER.encode()).fetchone()

    with psycopg.connect(own_postgresql.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE diary_journalline (id int)")
    was = server()
    assert server() == was
    with psycopg.connect(own_postgresql.url.removesuffix("postgres") + "template1", autocommit=True) as connection:
        connection.execute("CREATE DATABASE copied TEMPLATE postgres")
    assert server("copied") != was
    with psycopg.connect(own_postgresql.url, autocommit=True) as connection:
        connection.execute("DROP TABLE diary_journalline")
        connection.execute("CREATE TABLE diary_journalline (id int)")
    of_a_dump = server()
    assert of_a_dump != was
    own_postgresql.stop()
    own_postgresql.start()
    assert server() != of_a_dump


def server_started_again() -> None:
    """As far as anyone can tell, for a restore."""
    JournalSeen.objects.update(server="an earlier start")


def test_a_line_that_someone_else_wrote_is_no_order(alice: Person, journal: Path, set_back: SetBack) -> None:
    set_back(session_of(alice).delete)
    (file,) = journal.iterdir()
    forged = json.loads(file.read_text()) | {"kind": "account_erased", "subject": str(alice.id)}
    file.write_text(json.dumps(forged) + "\n")
    with pytest.raises(BadLine, match="not written under SECRET_KEY"):
        apply_journal(now=SOON)
    with pytest.raises(CommandError, match="not written under SECRET_KEY"):
        after_restore("--apply")
    assert User.objects.filter(pk=alice.id).exists()


def test_a_line_whose_writer_died_half_way_spoils_no_other(alice: Person, journal: Path) -> None:
    session_of(alice).delete()
    relay(now=NOW)
    (file,) = journal.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:40])
    assert kinds(journal) == ["signed_out"]
    alice.show_again_who_it_is()
    session_of(alice).delete()
    relay(now=NOW)
    assert kinds(journal) == ["signed_out", "signed_out"]


def test_old_lines_are_forgotten(alice: Person, settings: Settings) -> None:
    session_of(alice).delete()
    relay(now=NOW)
    relay(now=NOW + timedelta(days=settings.JOURNAL_DAYS + 1))
    assert not JournalLine.objects.exists()


def test_no_line_holds_anything_but_ids_and_words_of_the_service(alice: Person, bob: Person, journal: Path) -> None:
    place = bob.cares_for(alice, "read")
    circle.end(access=own(alice), caregiver_id=place.pk, now=NOW)
    sign_out_everywhere(user=alice.user, now=NOW)
    erase(user_id=alice.id, now=NOW)
    relay(now=NOW)
    text = "".join(file.read_text() for file in journal.iterdir())
    assert not [word for word in ("Alice", "Bob", "example", "@", alice.token) if word in text]
