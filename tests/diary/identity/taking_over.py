"""What someone does who knows Alice's password, and how she takes it back."""

import re
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client

from tests.diary.identity.app import App
from tests.diary.identity.authenticator import code_of
from tests.receiver import MailReceiver, Received

ALICE = "alice@example.org"
THIEF = "thief@example.org"
SUPPORT = "help@diary.example"


def moves_to(device: App, email: str) -> None:
    """The account's address becomes `email`."""
    assert device.post("account/email", email=email).status == 200
    assert device.confirm(email).status == 200


def switches_code_on(device: App) -> None:
    """Its mail goes out after the commit."""
    secret = device.get("account/authenticators/totp").json["meta"]["secret"]
    assert device.post("account/authenticators/totp", code=code_of(secret)).status == 200


def link_in(mail: Received) -> str:
    found = re.search(r"^(https?://\S+/undo/\S+)\s*$", mail.text, re.MULTILINE)
    assert found is not None, mail.text
    assert f'href="{found[1]}"' in mail.html
    return urlsplit(found[1]).path


def newest_link(mailbox: MailReceiver, email: str = ALICE) -> str:
    return link_in(mailbox.sent_to(email)[-1])


def look(link: str) -> HttpResponse:
    return Client().get(link)  # type: ignore[return-value]


def press(link: str) -> HttpResponse:
    """The button, in a browser that checks Django's CSRF token and is signed in nowhere."""
    answer = Client(enforce_csrf_checks=True).post(link, {"undo": "yes"})
    assert answer.status_code in {303, 404, 409, 410}
    assert not answer.cookies
    return answer  # type: ignore[return-value]
