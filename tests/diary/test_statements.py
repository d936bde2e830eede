"""What goes to the database together gives what it gives alone, also after an error."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DataError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from diary.models import Caregiver, User
from diary.statements import PreparedQuery, ask, fetch_all, one_trip
from tests.cast import Person
from tests.wire import wired

PREPARED_AFTER = 6

pytestmark = pytest.mark.django_db(transaction=True)


Ask = Callable[..., QuerySet[Any, Any]]

QUERIES: list[Ask] = [
    lambda of: Caregiver.objects.filter(patient__user=of).select_related("patient__user", "user"),
    lambda of: User.objects.filter(pk=of).values_list("email", flat=True),
    lambda of: User.objects.filter(pk=of).values_list("id", "is_active"),
    lambda of: User.objects.filter(pk=of).values("email"),
    lambda of: User.objects.exclude(pk=of).only("email").order_by("email"),
    lambda of: User.objects.filter(patient__in=Caregiver.objects.filter(patient__user=of).values("patient")).distinct(),
]


@pytest.fixture
def circle() -> tuple[Person, Person]:
    """Alice, and Bob who cares for her."""
    alice, bob = Person("Alice"), Person("Bob")
    bob.cares_for(alice, "read")
    return alice, bob


@pytest.mark.parametrize("about", QUERIES)
def test_a_prepared_query_gives_of_each_what_django_gives(about: Ask, circle: tuple[Person, Person]) -> None:
    prepared = PreparedQuery(about, of=UUID)
    for _ in range(PREPARED_AFTER + 2):
        for person in circle:
            assert prepared.fetch(of=person.user.pk) == list(about(person.user.pk))


def test_what_was_selected_along_is_there(
    circle: tuple[Person, Person], django_assert_num_queries: Callable[[int], AbstractContextManager[None]]
) -> None:
    alice, bob = circle
    prepared = PreparedQuery(QUERIES[0], of=UUID)
    prepared.fetch(of=uuid4())
    with django_assert_num_queries(1):
        [place] = prepared.fetch(of=alice.user.pk)
        assert (place.patient.user.email, place.user.email) == (alice.email, bob.email)


def test_every_kind_of_value_finds_its_place(circle: tuple[Person, Person]) -> None:
    alice, bob = circle

    def joined(name: str, before: datetime, most: int) -> QuerySet[User]:
        return User.objects.filter(name__gte=name, date_joined__lt=before, email__contains="%").order_by("name")[:most]

    User.objects.filter(pk=bob.user.pk).update(email="100%s@example.org")
    prepared = PreparedQuery(joined, name=str, before=datetime, most=int)
    now = timezone.now()
    assert [user.pk for user in prepared.fetch(name="Alice", before=now, most=5)] == [bob.user.pk]
    assert prepared.fetch(name="Charlie", before=now, most=5) == []
    assert prepared.fetch(name="Alice", before=alice.user.date_joined, most=5) == []
    assert prepared.fetch(name="Alice", before=now, most=0) == []


@pytest.mark.parametrize(
    "about",
    [
        lambda of: User.objects.all(),
        lambda of: User.objects.filter(email__startswith=str(of)),
        lambda of: User.objects.filter(pk=of, email__startswith=str(of)),
    ],
    ids=["nowhere", "within another", "also within another"],
)
def test_a_value_without_a_place_of_its_own_is_refused(about: Ask) -> None:
    with pytest.raises(ValueError, match="of has no place"):
        PreparedQuery(about, of=UUID).fetch(of=uuid4())


def test_several_take_one_trip() -> None:
    with wired() as wire:
        alice = Person("Alice")
        prepared = [PreparedQuery(about, of=UUID) for about in QUERIES]
        before = wire.trips
        with one_trip():
            for query in prepared:
                query.ask(of=alice.user.pk)
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
