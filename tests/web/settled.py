"""Someone whose diary may begin: they have said where they are, and have consented."""

from django.utils import timezone

from diary.identity.health_consent import VERSION, Declaration, give
from diary.reaching.travel import say_where
from tests.cast import Person


def settled(person: Person, zone: str = "UTC") -> Person:
    """The person, once they have."""
    now = timezone.now()
    say_where(user_id=person.id, zone=zone, now=now)
    give(user_id=person.id, said=Declaration(VERSION, 18), now=now)
    return person
