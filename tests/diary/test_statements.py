"""What goes to the database together gives what it gives alone, also after an error."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.db.models import QuerySet

from diary.models import Caregiver, User
from diary.statements import ask, ask_for, fetch_all, one_trip
from tests.cast import Person
from tests.wire import wired

PREPARED_AFTER = 6

pytestmark = pytest.mark.django_db(transaction=True)


def queries() -> list[QuerySet[Any, Any]]:
    return [
        Caregiver.objects.select_related("patient__user").order_by("accepted_at"),
        User.objects.order_by("email").values_list("email", flat=True),
        User.objects.order_by("-email").values_list("id", "is_active"),
        User.objects.order_by("email").values("email"),
        User.objects.filter(pk__in=[]),
        User.objects.filter(patient__in=Caregiver.objects.values("patient")).distinct(),
    ]


def test_each_gives_its_rows_as_if_it_were_asked_alone() -> None:
    alice, bob = Person("Alice"), Person("Bob")
    bob.cares_for(alice, "read")

    with one_trip():
        answers = [ask_for(query) for query in queries()]

    assert [answer() for answer in answers] == [list(query) for query in queries()]


def test_what_was_asked_for_along_is_there(django_assert_num_queries: Any) -> None:
    alice, bob = Person("Alice"), Person("Bob")
    bob.cares_for(alice, "read")
    with one_trip():
        places = ask_for(Caregiver.objects.select_related("patient__user"))
    with django_assert_num_queries(0):
        [place] = places()
        assert place.patient.user.email == alice.email


def test_they_take_one_trip() -> None:
    with wired() as wire:
        Person("Alice")
        before = wire.trips
        with one_trip():
            for query in queries():
                ask_for(query)
        assert wire.trips - before == 1


def fails(*, meanwhile: str) -> None:
    """What follows an error in its trip is never run."""

    def trip() -> None:
        with one_trip():
            ask("SELECT 1 / %(divisor)s", {"divisor": 0})
            ask(meanwhile, {})

    with pytest.raises(DataError):
        trip()


def test_an_error_leaves_nothing_that_is_taken_for_prepared() -> None:
    connection.close()
    for round_ in range(4):
        fails(meanwhile=f"SELECT {round_}")
        for _ in range(PREPARED_AFTER):
            fails(meanwhile="SELECT 'again'")
        for _ in range(PREPARED_AFTER):
            assert fetch_all("SELECT 'again'", {}) == [("again",)]


def test_neither_does_one_within_a_transaction_that_goes_on() -> None:
    connection.close()
    with transaction.atomic():
        for _ in range(3 * PREPARED_AFTER):
            with suppress(DataError), transaction.atomic():
                fails(meanwhile="SELECT 'again'")
                raise DataError
            assert fetch_all("SELECT 'again'", {}) == [("again",)]
