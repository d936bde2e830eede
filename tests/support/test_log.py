"""The log of support and the list of its staff: the service's login adds a line, and can do nothing else."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone
from psycopg.errors import InsufficientPrivilege

from diary.access.support_log import Acting, log_search
from diary.account.erase import erase
from diary.account.retention import keep_no_longer
from diary.models import Retention, SupportLine, SupportStaff
from tests.cast import Person
from tests.roles import connected_as
from tests.support.staffing import REASON

ATTACKS = [
    "UPDATE diary_supportline SET staff = 'someone else'",
    "UPDATE diary_supportline SET reason = NULL",
    "DELETE FROM diary_supportline",
    "TRUNCATE diary_supportline",
    "ALTER TABLE diary_supportline DISABLE TRIGGER append_only",
    "ALTER TABLE diary_supportline DISABLE TRIGGER ALL",
    "DROP TABLE diary_supportline",
    "INSERT INTO diary_supportline (id, at, staff, way, act) OVERRIDING SYSTEM VALUE"
    " VALUES (0, now(), 'someone', 'page', 'looked')",
    "SELECT * FROM diary_supportline FOR UPDATE",
    "INSERT INTO diary_supportstaff (user_id, since) VALUES ('{user}', now())",
    "UPDATE diary_supportstaff SET user_id = '{user}'",
    "DELETE FROM diary_supportstaff",
    "TRUNCATE diary_supportstaff",
    "ALTER TABLE diary_supportstaff DISABLE TRIGGER ALL",
    "UPDATE diary_accessline SET reason = 'because I say so'",
    "CREATE OR REPLACE FUNCTION public.diary_guard_supportline() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN RETURN NEW; END'",
]
BY_ANYONE = [
    "UPDATE diary_supportline SET staff = 'someone else'",
    "UPDATE diary_supportline SET account = gen_random_uuid()",
    "DELETE FROM diary_supportline",
    "TRUNCATE diary_supportline",
]


@pytest.fixture
def line(alice: Person) -> SupportLine:
    number = log_search(Acting("Sue", "command", REASON), account=alice.id, at=timezone.now())
    return SupportLine.objects.get(pk=number)


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_service_changes_nothing_of_either(alice: Person, line: SupportLine, attack: str) -> None:
    with pytest.raises(Error) as refused:
        execute(attack.format(user=alice.id))
    assert isinstance(refused.value.__cause__, InsufficientPrivilege) or "GENERATED ALWAYS" in str(refused.value)
    assert SupportLine.objects.get(pk=line.pk).staff == "Sue"
    assert not SupportStaff.objects.exists()


@pytest.mark.parametrize("role", ["owner", "administrator"])
@pytest.mark.parametrize("attack", BY_ANYONE)
def test_the_guards_hold_for_every_role(line: SupportLine, role: str, attack: str) -> None:
    with connected_as(role), pytest.raises(Error, match="append-only"):  # type: ignore[arg-type]
        execute(attack)


@pytest.mark.parametrize("reason", ["short", "x" * 251, "line one\nline two"])
def test_the_database_takes_no_line_without_a_reason_in_words(alice: Person, reason: str) -> None:
    with pytest.raises(Error, match="support_line_reason"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO diary_supportline (at, staff, way, act, reason) VALUES (now(), 'Sue', 'page', 'looked', %s)",
            [reason],
        )


def test_an_erasure_takes_account_and_reason_away_and_leaves_the_lines_of_others(
    alice: Person, line: SupportLine
) -> None:
    dana = Person("Dana")
    log_search(Acting("Sue", "command", REASON), account=dana.id, at=timezone.now())
    erase(user_id=alice.id, now=timezone.now())
    hers, danas = SupportLine.objects.order_by("id")
    assert (hers.staff, hers.act, hers.reason) == ("Sue", "searched", None)
    assert hers.account not in {alice.id, None}
    assert (danas.account, danas.reason) == (dana.id, REASON)


def test_staff_who_erase_their_account_are_staff_no_more_and_their_acts_stay(sue: Person, alice: Person) -> None:
    log_search(Acting(sue.email, "page", REASON), account=alice.id, at=timezone.now())
    erase(user_id=sue.id, now=timezone.now())
    assert not SupportStaff.objects.exists()
    assert SupportLine.objects.get().staff == sue.email


def test_lines_go_with_those_of_the_access_log_when_they_are_old(alice: Person) -> None:
    now = timezone.now()
    for days in (2000, 1000):
        log_search(Acting("Sue", "command", REASON), account=None, at=now - timedelta(days=days))
    keep_no_longer(now=now)
    assert SupportLine.objects.count() == 1
    assert Retention.objects.get(pk="access_lines").removed_ever == 1
