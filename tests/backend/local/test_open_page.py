"""Links of the demonstration open signed in, where `make run` serves and nowhere else."""

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import Settings

from backend.local.demonstration.diaries import DOMAIN
from backend.local.demonstration.loading import account

pytestmark = pytest.mark.django_db
NORA = "/demonstration/nora"


@pytest.fixture(autouse=True)
def nora(settings: Settings) -> None:
    """Loaded, on addresses of `make run`."""
    settings.ROOT_URLCONF = "backend.local.urls"
    account(name="Synthetic Nora", email=f"nora@{DOMAIN}")
    account(name="Synthetic Olga", email=f"olga@{DOMAIN}")


def test_a_link_signs_in(client: Client) -> None:
    answer = client.get(NORA)
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert client.cookies[configured.SESSION_COOKIE_NAME]["httponly"]
    assert client.get("/")["Location"] == "/today"


@pytest.mark.parametrize("name", ["karl", "olga", "alice"])
def test_there_is_one_for_those_who_are_loaded_and_named_only(client: Client, name: str) -> None:
    assert client.get(f"/demonstration/{name}").status_code == 404


def test_a_service_for_people_has_none(client: Client, settings: Settings) -> None:
    settings.ROOT_URLCONF = "backend.urls"
    assert client.get(NORA).status_code == 404
