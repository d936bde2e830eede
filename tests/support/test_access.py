"""Who gets to the support pages, and when: staff with a second factor that was shown a short while ago."""

from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from diary.models import AccessLine, Session, SupportLine
from tests.cast import Person
from tests.roles import beside
from tests.support.staffing import REASON, become_staff, browser_of, found, show_factor

SEARCH = {"address": "alice@example.org", "reason": REASON}
OPERATIONS = [
    ("GET", "", {}),
    ("POST", "", SEARCH),
    ("GET", "accounts/{line}", {}),
    *(
        ("POST", "accounts/{line}", {"do": do, "subject": "alice@example.org"})
        for do in ("sign-out", "remove-second-factor", "keep-second-factor", "resend-invitation", "retry-deliveries",
                   "mark-works", "mark-dead", "erase", "anything")
    ),
]  # fmt: skip


@pytest.mark.parametrize(("method", "address", "form"), OPERATIONS)
def test_an_operation_is_for_staff_with_a_second_factor(
    alice: Person, bob: Person, sue: Person, stan: Person, method: str, address: str, form: dict[str, str]
) -> None:
    line = found(browser_of(sue), alice).rpartition("/")[2]
    path = f"/support/{address}".format(line=line)
    unshown = become_staff(Person("Sam"))
    before = SupportLine.objects.count(), AccessLine.objects.count()

    def status(person: Person | None) -> int:
        return browser_of(person).generic(method, path, "", QUERY_STRING="").status_code if not form else _sent(person)

    def _sent(person: Person | None) -> int:
        return browser_of(person).post(path, form).status_code

    assert status(None) == 303  # to sign in, and back
    assert {status(alice), status(bob)} == {404}
    assert {status(stan), status(unshown)} == {403}
    assert (SupportLine.objects.count(), AccessLine.objects.count()) == before
    assert Session.objects.filter(user=alice.user).exists()
    assert status(sue) in {200, 303, 400}
    assert SupportLine.objects.count() > before[0] or form.get("do") or path == "/support/"


def test_whoever_is_not_staff_gets_the_answer_of_an_address_that_does_not_exist(alice: Person, sue: Person) -> None:
    browser = browser_of(show_factor(alice))
    for path in ("/support/", "/support/accounts/1"):
        refused, missing = browser.get(path), browser.get("/no-such-page")
        assert (refused.status_code, refused.content) == (404, missing.content)
        assert dict(refused.headers) == dict(missing.headers)


def test_an_app_with_a_token_gets_nothing_here(sue: Person) -> None:
    assert Client().get("/support/", headers={"Authorization": f"Bearer {sue.token}"}).status_code == 303


@pytest.mark.parametrize("path", ["/support/", "/support/accounts/1"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_while_they_are_off_they_are_no_addresses(sue: Person, settings: Settings, path: str, method: str) -> None:
    settings.ROOT_URLCONF = "backend.urls"
    browser = browser_of(sue, strict=True)
    off, missing = getattr(browser, method)(path), getattr(browser, method)("/no-such-page")
    assert (off.status_code, off.content, dict(off.headers)) == (404, missing.content, dict(missing.headers))


def test_a_second_factor_opens_them_for_half_an_hour_however_long_the_session_is(sue: Person) -> None:
    show_factor(sue, at=timezone.now() - timedelta(minutes=29))
    assert browser_of(sue).get("/support/").status_code == 200
    show_factor(sue, at=timezone.now() - timedelta(minutes=31))
    answer = browser_of(sue).get("/support/")
    assert answer.status_code == 403
    assert b"Code of your authenticator app" in answer.content
    assert b'type="password"' not in answer.content


def test_a_fresh_password_is_no_second_factor(sue: Person) -> None:
    sue.show_again_who_it_is()
    assert browser_of(sue).get("/support/").status_code == 403


def test_what_one_found_is_not_for_another_nor_for_later(alice: Person, sue: Person) -> None:
    page = found(browser_of(sue), alice)
    sam = show_factor(become_staff(Person("Sam")))
    assert browser_of(sam).get(page).headers["Location"] == "/support/"
    assert browser_of(sue).get("/support/accounts/999999").headers["Location"] == "/support/"
    with beside("owner") as owner, owner.transaction():
        owner.execute("ALTER TABLE diary_supportline DISABLE TRIGGER append_only")
        owner.execute("UPDATE diary_supportline SET at = at - interval '31 minutes'")
        owner.execute("ALTER TABLE diary_supportline ENABLE ALWAYS TRIGGER append_only")
    assert browser_of(sue).get(page).headers["Location"] == "/support/"


def test_they_close_at_once_to_who_is_staff_no_more(alice: Person, sue: Person) -> None:
    browser = browser_of(sue)
    page = found(browser, alice)
    with beside("owner") as owner:
        owner.execute("DELETE FROM diary_supportstaff")
    assert {browser.get(path).status_code for path in ("/support/", page)} == {404}


@pytest.mark.parametrize(("network", "status"), [("127.0.0.0/8", 200), ("10.0.0.0/8", 404)])
def test_they_open_from_the_networks_that_are_named_only(
    sue: Person, settings: Settings, network: str, status: int
) -> None:
    settings.SUPPORT_NETWORKS = [ip_network(network)]
    assert browser_of(sue).get("/support/", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == status


def test_a_forged_form_does_nothing(alice: Person, sue: Person) -> None:
    page = found(browser_of(sue), alice)
    browser = browser_of(sue, strict=True)
    assert browser.post("/support/", SEARCH).status_code == 403
    assert browser.post(page, {"do": "sign-out"}).status_code == 403
    assert Session.objects.filter(user=alice.user).exists()


def test_erasing_asks_for_the_factor_once_more(alice: Person, sue: Person) -> None:
    show_factor(sue, at=timezone.now() - timedelta(minutes=6))
    browser = browser_of(sue)
    page = found(browser, alice)
    assert browser.post(page, {"do": "erase", "subject": alice.email}).status_code == 403
    assert browser.get(page).status_code == 200
    alice.user.refresh_from_db()
