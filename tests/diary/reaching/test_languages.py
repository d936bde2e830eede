"""In which language someone is spoken to."""

from uuid import uuid4

import pytest

from diary.models import Patient, Preferences, User
from diary.reaching.languages import language_at, language_of
from diary.reaching.preferences import TIERS

CHANNELS = {tier: ["email"] for tier in TIERS}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "of_the_diary", "spoken"),
    [("fr", "es", "fr"), (None, "es", "es"), ("de", None, "de"), (None, None, "en")],
)
def test_a_choice_goes_before_the_diary_and_english_is_for_who_never_said(
    chosen: str | None, of_the_diary: str | None, spoken: str
) -> None:
    alice = User.objects.create_user("alice@example.org")
    Patient.objects.create(user=alice, language=of_the_diary)
    Preferences.objects.create(user=alice, version=1, language=chosen, **CHANNELS)
    assert language_of(user_id=alice.pk) == spoken


@pytest.mark.django_db
def test_an_account_with_neither_choices_nor_a_diary_is_spoken_to_in_english() -> None:
    bob = User.objects.create_user("bob@example.org")
    assert language_of(user_id=bob.pk) == language_of(user_id=uuid4()) == "en"


@pytest.mark.django_db
def test_who_has_an_address_is_asked_whatever_its_spelling() -> None:
    alice = User.objects.create_user("alice@example.org")
    Patient.objects.create(user=alice, language="es")
    assert language_at(email="Alice@Example.org") == "es"


@pytest.mark.django_db
def test_an_address_without_an_account_asks_for_no_language_nor_does_who_never_said() -> None:
    Patient.objects.create(user=User.objects.create_user("alice@example.org"))
    assert language_at(email="alice@example.org") is language_at(email="charlie@example.org") is None
