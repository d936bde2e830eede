"""Many programs at one link at the same moment."""

import json

import pytest
from django.http import HttpResponse

from diary.models import AccessLine
from papers.models import ATTEMPTS, Share
from tests.cast import Person
from tests.diary.at_once import at_once
from tests.papers.surgery import Link, read_link

pytestmark = pytest.mark.django_db(transaction=True)


def shared(person: Person, **asked: object) -> Link:
    return read_link(person.post("patients/me/shares", {"expires_in_hours": 1, **asked}).body["link"])


def test_no_more_passcodes_are_tried_than_a_link_allows_however_many_come_at_once() -> None:
    link = shared(Person("Alice"), passcode="2718")
    answers: list[HttpResponse] = []

    def guess(number: int) -> int:
        answers.append(link.manifest(passcode=f"{number:04}"))
        return answers[-1].status_code

    statuses = at_once([lambda number=number: guess(number) for number in range(40)])  # type: ignore[misc]
    assert sorted(statuses) == [401] * ATTEMPTS + [404] * (40 - ATTEMPTS)
    left = sorted(json.loads(answer.content)["remainingAttempts"] for answer in answers if answer.status_code == 401)
    assert left == list(range(ATTEMPTS))
    assert Share.objects.get().ended_at is not None


def test_openings_at_once_are_each_noted() -> None:
    link = shared(Person("Alice"))
    statuses = at_once([lambda: link.file(recipient="Surgery").status_code] * 6)
    assert statuses == [200] * 6
    assert AccessLine.objects.filter(recipient="Surgery").count() == Share.objects.get().openings == 6


def test_a_link_that_is_ended_meanwhile_is_opened_before_or_not_at_all() -> None:
    alice = Person("Alice")
    link, share = shared(alice), Share.objects.get()
    calls = [lambda: link.file(recipient="Surgery").status_code] * 4
    calls.insert(2, lambda: alice.delete(f"patients/me/shares/{share.pk}").status)
    opened = [status for status in at_once(calls) if status == 200]
    assert len(opened) == AccessLine.objects.filter(recipient="Surgery").count()
    assert link.file(recipient="Surgery").status_code == 404
