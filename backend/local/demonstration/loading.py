"""Loading a synthetic diary: sign in, invite the caregiver, write, and wait for what comes of it."""

import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.utils import timezone
from rich.console import Console

from backend.local.demonstration.diaries import PASSWORD, Diary
from backend.local.demonstration.phone import Phone
from backend.local.embedded.mail import Mailbox
from backend.settings.environment import DATA_DIR
from diary.identity.health_consent import VERSION, Declaration, give
from diary.identity.provisioning import register
from diary.models import User

WITHIN_SECONDS = 60.0

_CAREGIVERS = "/api/v1/patients/me/caregivers"
_CODE = re.compile(r"^\s+([A-Z2-7]{4}(?:-[A-Z2-7]{4})+)\s*$", re.MULTILINE)

_CONSENT = Declaration(VERSION, 18)

Found = TypeVar("Found")


def load(diary: Diary, *, url: str, console: Console) -> None:
    """Load one diary and tell what happens. Raises Refused, and TimeoutError when no mail comes of it."""
    console.print(f"[bold]{diary.name}[/] ({diary.email}): {diary.shows}")
    account(name=diary.name, email=diary.email)
    with Phone(url) as phone:
        phone.sign_in(email=diary.email, password=PASSWORD)
        phone.send("PATCH", "/api/v1/patients/me/profile", diary.profile)
        if diary.caregiver:
            _invite(phone, *diary.caregiver, url=url, console=console)
        for raised in phone.write(diary.records):
            for sign in raised:
                console.print(f"  in the answer to the write: {sign['title']}. {sign['advice']}")
        console.print(f"  {len(diary.records)} records are stored")
        if diary.alerts:
            _tell_deliveries(phone, console)


def account(*, name: str, email: str) -> None:
    """An account with a proved address, and consent: what takes an app a person who reads mail and decides."""
    now = timezone.now()
    if not User.objects.filter(email=email).exists():
        give(user_id=register(email=email, password=PASSWORD, name=name, now=now).pk, said=_CONSENT, now=now)


def _invite(phone: Phone, name: str, email: str, *, url: str, console: Console) -> None:
    """Invite a caregiver, who accepts with the code in their mail. A second time changes nothing."""
    account(name=name, email=email)
    if any(place["state"] == "accepted" for place in phone.send("GET", _CAREGIVERS)["items"]):
        return
    phone.send("POST", _CAREGIVERS, {"email": email, "level": "read"})
    if not (DATA_DIR / "mail").is_dir():
        console.print(f"  {name} ({email}) is invited; the code is in the mail")
        return
    mailbox = Mailbox(DATA_DIR / "mail")
    with Phone(url) as theirs:
        theirs.sign_in(email=email, password=PASSWORD)
        code = _wait_for(lambda: _code(mailbox, email), "no invitation")
        theirs.send("POST", "/api/v1/invitations/accept", {"token": code})
    console.print(f"  {name} ({email}) was invited by mail and has accepted")


def _code(mailbox: Mailbox, email: str) -> str | None:
    """The code in the newest mail to the address that has one."""
    bodies = (mail.body("plain") or "" for mail in mailbox.mails() if email in mail.recipients)
    return next((found[1] for body in bodies if (found := _CODE.search(body))), None)


def _tell_deliveries(phone: Phone, console: Console) -> None:
    """Wait until everyone who is to hear of the alert was told."""

    def told() -> list[dict[str, Any]] | None:
        alerts: list[dict[str, Any]] = phone.send("GET", "/api/v1/patients/me/alerts")["items"]
        owed = [delivery for alert in alerts for delivery in alert["deliveries"]]
        return alerts if owed and all(delivery["state"] == "sent" for delivery in owed) else None

    for alert in _wait_for(told, "not every mail was sent"):
        console.print(f"  {alert['tier']} alert, met on {alert['met_on']}: {alert['title']}")
        for delivery in alert["deliveries"]:
            console.print(f"    mail to {delivery['recipient']['name']} accepted at {delivery['sent_at']}")


def _wait_for(look: Callable[[], Found | None], otherwise: str) -> Found:
    deadline = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(0.2)
    raise TimeoutError(f"{otherwise} within {WITHIN_SECONDS:.0f} seconds")
