"""What a browser keeps for when there is no network: a form about no one, and a script that follows its files."""

import json
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.cast import Person
from web.offline import worker

pytestmark = pytest.mark.django_db


def shell(language: str = "en") -> dict[str, object]:
    script = Client().get(reverse("service-worker"), {"language": language}).content.decode()
    found: dict[str, object] = json.loads(re.match(r"const SHELL = (.*);\n", script)[1])  # type: ignore[index]
    return found


def test_it_holds_nothing_about_the_reader(alice: Person) -> None:
    browser = Client()
    anyone = browser.get(reverse("offline")).content
    browser.cookies[settings.SESSION_COOKIE_NAME] = alice.token
    assert browser.get(reverse("offline")).content == anyone
    assert b"csrfmiddlewaretoken" not in anyone


@pytest.mark.parametrize(("language", "says"), [("en", "How are you?"), ("de", "Wie geht"), ("xx", "How are you?")])
def test_it_speaks_the_language_that_its_address_names(language: str, says: str) -> None:
    page = Client().get(reverse("offline"), {"language": language}, headers={"Accept-Language": "fr"})
    assert says in page.content.decode()


def test_the_script_names_files_that_there_are(client: Client) -> None:
    kept = shell("es")
    assert kept["page"] == f"{reverse('offline')}?language=es"
    for address in [kept["page"], *kept["files"]]:  # type: ignore[misc]
        answer = client.get(address)
        answer.close()
        assert answer.status_code == 200


def test_a_new_state_of_any_file_is_a_new_script(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = {shell()["version"], shell("de")["version"]}
    for changed in (*worker.FILES, "pages/offline-worker.js"):
        known = worker._content
        monkeypatch.setattr(worker, "_content", lambda name, c=changed, k=known: k(name) + b" " * (name == c))
        versions.add(shell()["version"])
    assert len(versions) == 2 + len(worker.FILES) + 1


def test_scripts_are_ours_alone(alice: Person) -> None:
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = alice.token
    for page in ("today", "offline", "account"):
        policy = browser.get(reverse(page))["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
