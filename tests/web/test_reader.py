"""Who reads a page, and what another site, a stranger or a forged form gets from it: nothing."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from diary.identity.sessions import token_digest
from diary.models import AccessLine, Entry, Session
from tests.alerts.diaries import entry, saddle_numbness, write
from tests.cast import Person

PAGES = ["/today", "/diary", "/overview", "/caring", "/account"]
HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def browser_of(person: Person | None, *, enforce_csrf_checks: bool = False) -> Client:
    """A browser that is signed in as after a sign-in."""
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    if person is not None:
        client.cookies[project.SESSION_COOKIE_NAME] = person.token
    return client


def get(person: Person | None, path: str) -> HttpResponse:
    return browser_of(person).get(path, headers=HTML)  # type: ignore[return-value]


@pytest.mark.parametrize("path", PAGES)
def test_who_is_signed_in_nowhere_is_led_to_sign_in_and_back(db: None, path: str) -> None:
    answer = get(None, path)
    assert answer.status_code == 303
    where = urlsplit(answer["Location"])
    assert (where.path, parse_qs(where.query)) == ("/sign-in", {"next": [path]})


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_kept_by_no_cache_and_runs_no_script_but_ours(alice: Person, path: str) -> None:
    answer = get(alice, path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Frame-Options"] == "DENY"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert re.findall("<script[^>]*>", answer.content.decode()) == ['<script defer src="/static/pages/offline.js">']


def test_a_session_that_ended_opens_nothing_at_the_very_next_look(alice: Person) -> None:
    assert get(alice, "/diary").status_code == 200
    Session.objects.filter(pk=token_digest(alice.token)).delete()
    assert get(alice, "/diary").status_code == 303


def test_an_expired_session_opens_nothing(alice: Person) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert get(alice, "/diary").status_code == 303


def test_a_look_is_in_the_access_log_like_one_through_the_api(alice: Person) -> None:
    get(alice, "/diary")
    lines = AccessLine.objects.filter(patient_id=alice.patient_id)
    assert [(line.actor_id, line.action, line.resource) for line in lines] == [(alice.id, "read", "entries")]


def test_a_stranger_finds_no_alert_and_no_entry_of_hers(alice: Person, charlie: Person) -> None:
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    id_ = Entry.objects.get().id
    alert = alice.get("patients/me/alerts").body["items"][0]["id"]
    for path in (f"/caring/{alice.patient_id}/alerts/{alert}", f"/caring/me/alerts/{alert}", f"/diary/{id_}"):
        hers, missing = get(charlie, path), get(charlie, path.replace(str(alert), str(uuid4())))
        assert hers.status_code == missing.status_code == 404
        assert hers.content == missing.content


def test_consent_that_ended_ends_at_the_next_look(alice: Person, bob: Person) -> None:
    place = bob.cares_for(alice, "read")
    now = timezone.now()
    write(alice, saddle_numbness(now.date()), now=now)
    alert = alice.get("patients/me/alerts").body["items"][0]["id"]
    path = f"/caring/{alice.patient_id}/alerts/{alert}"
    assert get(bob, path).status_code == 200
    assert "Alice" in get(bob, "/caring").content.decode()
    alice.delete(f"patients/me/caregivers/{place.pk}")
    assert get(bob, path).status_code == 404
    assert "Alice" not in get(bob, "/caring").content.decode()


def test_a_caregiver_with_alerts_alone_sees_no_day_of_the_diary(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "alerts")
    write(alice, entry(timezone.now().date(), night_pain=3))
    page = get(bob, "/caring").content.decode()
    assert "You get their alerts. You don&#x27;t see the diary." in page or "see the diary" in page
    assert "Last entry" not in page


@pytest.mark.parametrize("path", ["/today", "/account", "/sign-out", "/invitations", "/sign-in", "/invitations/ABCD"])
def test_a_forged_form_is_refused_with_a_page(alice: Person, path: str) -> None:
    answer = browser_of(alice, enforce_csrf_checks=True).post(path, {"do": "accept"}, headers=HTML)
    assert answer.status_code == 403
    assert answer["Content-Type"].startswith("text/html")
    assert Session.objects.filter(pk=token_digest(alice.token)).exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("origin", "kept"), [("http://testserver", True), ("https://evil.example", False), ("null", False)]
)
def test_a_form_of_ours_that_is_too_old_keeps_what_was_answered(alice: Person, origin: str, kept: bool) -> None:
    browser = browser_of(alice, enforce_csrf_checks=True)
    answer = browser.post("/today", {"note": "do not lose me"}, headers=HTML | {"Origin": origin})
    assert answer.status_code == 403
    assert ("do not lose me" in answer.content.decode()) is kept
    assert not Entry.objects.exists()


def test_the_cookie_is_no_token_of_the_api(alice: Person) -> None:
    assert browser_of(alice).get("/api/v1/patients/me/entries").status_code == 401
    assert browser_of(alice).get("/api/auth/app/v1/auth/session").status_code == 401


@pytest.mark.parametrize(
    ("given", "goes"),
    [
        ("/caring", "/caring"),
        ("/diary?until=2026-01-01", "/diary?until=2026-01-01"),
        ("https://evil.example/", "/"),
        ("//evil.example/today", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/api/docs", "/"),
        ("/nothing-here", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_nowhere_but_to_a_page_of_ours(alice: Person, given: str, goes: str) -> None:
    answer = browser_of(alice).get("/sign-in", {"next": given})
    assert (answer.status_code, answer["Location"]) == (303, goes)


def test_a_flood_is_turned_away_with_a_page(alice: Person, settings: Settings) -> None:
    settings.RATE_LIMITS = True
    settings.API_LIMITS = {**settings.API_LIMITS, "address of strangers": (1, 1), "account reads": (1, 1)}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    headers = HTML | {"X-Forwarded-For": "203.0.113.99"}
    browser = browser_of(alice)
    statuses = [browser.get("/diary", headers=headers).status_code for _ in range(5)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    last = browser.get("/diary", headers=headers)
    assert "Too many requests" in last.content.decode()
    assert int(last["Retry-After"]) > 0


@pytest.mark.parametrize(("accept", "kind"), [(HTML["Accept"], "text/html"), ("*/*", "application/problem+json")])
def test_a_refusal_is_a_page_for_a_browser_and_a_problem_for_all_others(db: None, accept: str, kind: str) -> None:
    answer = Client().get("/nothing-here", headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith(kind)
    below = Client().get("/api/v1/nothing-here", headers={"Accept": accept})
    assert below["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("asked", "said"), [("de-AT,de;q=0.9", "Tagebuch führen"), ("es", "Llevar un diario")])
def test_a_stranger_is_spoken_to_as_the_browser_asks(db: None, asked: str, said: str) -> None:
    page = Client().get("/", headers={"Accept-Language": asked})
    assert said in page.content.decode()
    assert f'<html lang="{asked[:2]}"' in page.content.decode()


def test_the_operator_is_named_at_the_end_of_every_page(db: None, settings: Settings) -> None:
    settings.SERVICE_NAME, settings.SUPPORT_EMAIL = "Rückentagebuch", "hilfe@diary.example"
    settings.PRIVACY_URL, settings.IMPRINT_URL = "https://diary.example/privacy", "https://diary.example/imprint"
    for path in ("/", "/sign-in", "/a/bent", "/nothing"):
        page = Client().get(path, headers=HTML).content.decode()
        for named in ("Rückentagebuch", "mailto:hilfe@diary.example", settings.PRIVACY_URL, settings.IMPRINT_URL):
            assert named in page, path
    assert Client().get("/manifest.webmanifest").json()["name"] == "Rückentagebuch"
