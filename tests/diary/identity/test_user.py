"""Users: what the database itself refuses."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError

from diary.format.normal_form import normal_email
from diary.identity.provisioning import register
from diary.models import Patient, User

NOW = datetime(2026, 3, 29, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("Alice@Example.ORG", "alice@example.org"),
        (" alice@example.org ", "alice@example.org"),
        ("ａlice@example.org", "alice@example.org"),
        ("\u212alaus@example.org", "klaus@example.org"),  # the Kelvin sign
    ],
)
def test_an_address_has_one_spelling(given: str, stored: str) -> None:
    assert normal_email(given) == stored
    assert normal_email(stored) == stored
    assert User.objects.create_user(given).email == stored


@pytest.mark.parametrize(
    "email", ["Alice@example.org", "ａlice@example.org", "alice@bücher.example", "a@b@exa\u00admple.org"]
)
def test_the_database_refuses_any_other_spelling(email: str) -> None:
    with pytest.raises(IntegrityError, match="user_email_normalised"):
        User.objects.create(email=email)


def test_an_address_belongs_to_one_account() -> None:
    register(email="alice@example.org", password=None, now=NOW)

    with pytest.raises(IntegrityError):
        register(email="ALICE@example.org", password=None, now=NOW)


@pytest.mark.parametrize("name", ["x" * 81, " Alice", "Alice ", " "])
def test_the_database_refuses_a_name_that_is_too_long_or_not_trimmed(name: str) -> None:
    with pytest.raises(IntegrityError, match="user_name_length"):
        User.objects.create(email="alice@example.org", name=name)


@pytest.mark.parametrize("name", ["http://evil", "go to bank.com", "BANK.COM", "//evil"])
def test_the_database_refuses_a_name_with_a_link(name: str) -> None:
    with pytest.raises(IntegrityError, match="user_name_without_links"):
        User.objects.create(email="alice@example.org", name=name)


@pytest.mark.parametrize(
    "name", ["Ali\nce", "Ali\tce", "Ali\x7fce", "Ali\u2028ce", "Ali\u202ece", "Ali\u200fce", "Ali\u2066ce"]
)
def test_the_database_refuses_a_name_of_more_than_one_line(name: str) -> None:
    with pytest.raises(IntegrityError, match="control_characters"):
        User.objects.create(email="alice@example.org", name=name)


@pytest.mark.parametrize(
    "name", ["", "Alice", "Dr. A.B. Ålice O’Neill-Østergård", "爱丽丝", "أليس", "x" * 80, "𝔄" * 80]
)
def test_names_of_all_the_world_are_welcome(name: str) -> None:
    assert register(email="alice@example.org", password=None, name=name, now=NOW).name == name


def test_registering_gives_a_diary_and_a_proved_address() -> None:
    user = register(email="alice@example.org", password=None, now=NOW)

    assert Patient.objects.get().user == user
    assert not user.has_usable_password()


def test_a_superuser_is_found_by_any_spelling() -> None:
    dana = User.objects.create_superuser("dana@example.org", "a long enough secret")

    assert User.objects.get_by_natural_key("DANA@example.org") == dana
    assert dana.is_staff
    assert dana.is_superuser
