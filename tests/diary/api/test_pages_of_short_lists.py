"""Lists that are short page like all others."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from diary.models import User
from tests.cast import Person
from tests.diary.circle import CIRCLE, accept, invite
from tests.diary.recordings import entry


def pages(person: Person, path: str) -> Iterator[list[Any]]:
    """The items of each page of one."""
    cursor = ""
    while True:
        answer = person.get(f"{path}?limit=1{cursor}")
        assert answer.status == 200
        yield answer.body["items"]
        if answer.body["next_cursor"] is None:
            return
        cursor = f"&cursor={answer.body['next_cursor']}"


def assert_paged(person: Person, path: str, *, items: int) -> None:
    whole = person.get(path).body
    assert (len(whole["items"]), whole["next_cursor"]) == (items, None)
    found = list(pages(person, path))
    assert [len(page) for page in found] == [1] * items
    assert [page[0] for page in found] == whole["items"]


def test_the_circle(alice: Person, bob: Person, charlie: Person) -> None:
    for guest in (bob, charlie):
        accept(guest, invite(alice, guest))
    alice.post(CIRCLE, {"email": "dana@example.org", "level": "alerts"})
    assert_paged(alice, CIRCLE, items=3)


def test_whom_somebody_cares_for(alice: Person, bob: Person, charlie: Person) -> None:
    for owner in (alice, charlie):
        accept(bob, invite(owner, bob))
    assert_paged(bob, "caring", items=2)


def test_what_waits_for_the_owners_word(alice: Person, bob: Person, charlie: Person) -> None:
    for guest in (bob, charlie):
        accept(guest, invite(alice, guest))
    User.objects.filter(pk=alice.id).update(recovered_at=timezone.now(), trusted_until=timezone.now())
    assert_paged(alice, "account/review", items=2)


@pytest.mark.parametrize("path", [CIRCLE, "caring", "account/review", "account/links"])
def test_a_cursor_of_another_list_and_an_odd_limit_are_refused(alice: Person, path: str) -> None:
    alice.put(f"patients/me/entries/{entry()['id']}", entry())
    for wrong in ("limit=0", "limit=501", "limit=one", "cursor=x", "page=2"):
        answer = alice.get(f"{path}?{wrong}")
        assert (answer.status, answer.pointers) == (400, {f"/{wrong.partition('=')[0]}"})
