"""Sue works for support: her account is staff, has an authenticator app, and has just shown a code of it."""

import re
from datetime import datetime
from html import unescape
from typing import Any, Final

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client
from django.utils import timezone

from diary.identity.sessions import SessionStore
from tests.cast import Person
from tests.roles import beside

SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
REASON: Final = "She called: no messages arrive"


def become_staff(person: Person, *, factor: bool = True) -> Person:
    """As the owner of the database makes someone staff; committed, so that the service sees it."""
    with beside("owner") as owner:
        owner.execute("INSERT INTO diary_supportstaff (user_id, since) VALUES (%s, now())", [person.id])
    if factor:
        TOTP.activate(person.user, SECRET)
    return person


def show_factor(person: Person, *, at: datetime | None = None) -> Person:
    """The person's session shows a code at that time, now unless told otherwise."""
    session = SessionStore(person.token)
    record = {"method": "mfa", "type": "totp", "at": (at or timezone.now()).timestamp(), "reauthenticated": True}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session.save()
    return person


def browser_of(person: Person | None, *, strict: bool = False) -> Client:
    """A browser that is signed in; `strict` refuses forged forms, as browsers of people do."""
    browser = Client(enforce_csrf_checks=strict, headers={"Accept": "text/html"})
    if person is not None:
        browser.cookies[settings.SESSION_COOKIE_NAME] = person.token
    return browser


def found(browser: Client, person: Person, *, reason: str = REASON) -> str:
    """The page of the person's account, as a search leads there."""
    answer = browser.post("/support/", {"address": person.email, "reason": reason})
    assert answer.status_code == 303, answer.content
    return answer.headers["Location"]


def text_of(answer: Any) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())
