"""Accounts erased while others invite, accept, write, revoke and change: nothing waits for itself."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from alerts.models import Alert, Delivery, Unsubscription
from diary.access.invitations import code_digest
from diary.account.erase import erase
from diary.models import Caregiver, User
from tests.cast import Person
from tests.diary.at_once import at_once
from tests.diary.recordings import entry

pytestmark = pytest.mark.django_db(transaction=True)

Call = Callable[[], int]
MEANWHILE = {200, 201, 204, 401, 404}


def erasing(person: Person) -> Call:
    def call() -> int:
        erase(user_id=person.id, now=timezone.now())
        return 204

    return call


def inviting(person: Person, number: int) -> Call:
    sent = {"email": f"guest-{number}@example.org", "level": "read"}
    return lambda: person.post("patients/me/caregivers", sent).status


def in_turns(*lists: list[Call]) -> list[Call]:
    """The calls of all lists, one of each at a time."""
    return [call for together in zip(*lists, strict=True) for call in together]


def invited(person: Person, guest: Person, code: str) -> UUID:
    now = timezone.now()
    place = Caregiver.objects.create(
        patient_id=person.patient_id,
        email=guest.email,
        level="log",
        invited_at=now,
        expires_at=now + timedelta(days=1),
        token_digest=code_digest(code),
    )
    return place.pk


def gone(*people: Person) -> bool:
    return not User.objects.filter(pk__in=[person.id for person in people]).exists()


def test_invitations_meanwhile() -> None:
    people = [Person(f"Alice{number}") for number in range(8)]
    calls = [[inviting(person, number) for person in people] for number in range(3)]
    statuses = at_once(in_turns(*calls[:2], [erasing(person) for person in people], calls[2]))
    assert set(statuses) <= MEANWHILE
    assert gone(*people)
    assert not Caregiver.objects.exists()


def test_acceptances_and_the_ends_of_places_meanwhile() -> None:
    people, guests = [[Person(f"{name}{number}") for number in range(8)] for name in ("Alice", "Bob")]
    codes = [f"ABCD-{number}" for number in range(8)]
    places = [invited(person, guest, code) for person, guest, code in zip(people, guests, codes, strict=True)]

    def accepting(guest: Person, code: str) -> Call:
        return lambda: guest.post("invitations/accept", {"token": code}).status

    def revoking(person: Person, place: UUID) -> Call:
        return lambda: person.delete(f"patients/me/caregivers/{place}").status

    def changing(person: Person, place: UUID) -> Call:
        return lambda: person.patch(f"patients/me/caregivers/{place}", {"level": "alerts"}).status

    statuses = at_once(
        in_turns(
            [accepting(guest, code) for guest, code in zip(guests, codes, strict=True)],
            [changing(person, place) for person, place in zip(people, places, strict=True)],
            [erasing(guest) for guest in guests],
            [revoking(person, place) for person, place in zip(people, places, strict=True)],
            [erasing(person) for person in people],
        )
    )
    assert set(statuses) <= MEANWHILE
    assert gone(*people, *guests)


def test_a_whole_circle_at_the_same_moment() -> None:
    """Everyone cares for everyone, writes in their diaries with a danger sign, and leaves permanently."""
    people = [Person(f"Alice{number}") for number in range(5)]
    for one in people:
        for other in people:
            if one is not other:
                one.cares_for(other, "log")
    today = timezone.now().date().isoformat()

    def writing(person: Person, diary: Person) -> Call:
        sign = entry(date=today, recorded_at=f"{today}T00:00:00Z", symptoms={"saddle_numbness": True})
        path = f"patients/{diary.patient_id}/entries/{sign['id']}"
        return lambda: person.put(path, sign).status

    rounds = [
        [writing(person, people[(place + step) % len(people)]) for place, person in enumerate(people)]
        for step in range(5)
    ]
    statuses = at_once(in_turns(*rounds[:2], [erasing(person) for person in people], *rounds[2:]))
    assert set(statuses) <= MEANWHILE
    assert gone(*people)
    assert not Alert.objects.exists()
    assert not Delivery.objects.exists()


def test_preferences_of_who_stopped_mails_about_the_diary() -> None:
    people, guests = [[Person(f"{name}{number}") for number in range(8)] for name in ("Alice", "Bob")]
    for person, guest in zip(people, guests, strict=True):
        guest.cares_for(person, "alerts")
        guest.patch("preferences", {"language": "en"})
        Unsubscription.objects.create(
            patient_id=person.patient_id, user_id=guest.id, tier="see_doctor", at=timezone.now()
        )

    def hearing_again(guest: Person, language: str) -> Call:
        return lambda: guest.patch("preferences", {"language": language, "unsubscribed": []}).status

    statuses = at_once(
        in_turns(
            [hearing_again(guest, "de") for guest in guests],
            [erasing(person) for person in people],
            [hearing_again(guest, "fr") for guest in guests],
        )
    )
    assert set(statuses) <= MEANWHILE
    assert gone(*people)
