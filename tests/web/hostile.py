"""A diary in which every text that someone may write is hostile, and the addresses of every page that may show it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.acting.answers import say
from alerts.messages.links import alert_link, courtesy_link, unsubscribe_link
from alerts.models import Alert, Courtesy, Delivery
from alerts.rules.tiers import Tier
from diary.access.invitations import code_digest
from diary.access.levels import require
from diary.access.refusals import refusal_token
from diary.format.fields import Event, Symptoms, Treatment
from diary.identity.flows.undoing import digest, prepare
from diary.models import Caregiver, FactorRemoval, Import
from tests.alerts.diaries import entry, write
from tests.cast import Person
from tests.web.settled import settled
from web.urls import urlpatterns

TEXTS: Final = {
    "markup": "</title></textarea><script>alert(1)</script><img src=x onerror=alert(1)>\"' onclick=alert(1) {{ 7*7 }}",
    "bidi": "\u202eevil\u2066 \u0627\u0644\u0645 \u05d0\u05d1 \u200f\u200e\u0301\u0301\u0301",
    "long": "W" * 190,
}
NAMES: Final = {"markup": TEXTS["markup"][:78], "bidi": "\u05d0\u05d1 \u0627\u0644\u0645", "long": "W" * 78}
"""The database holds no more, and no control characters."""
NOT_PAGES: Final = frozenset(
    {
        "manifest",
        "service-worker",
        "by-cookie",
        "renewal",
        "sign-out",
        "passkey",
        "again-code",
        "again-passkey",
        "invitation-code",
    }
)
"""Files, and what only takes a form."""
BY_LINK: Final = frozenset(
    {
        "invitation",
        "alert-page",
        "unsubscribe-page",
        "resubscribe-page",
        "courtesy-page",
        "refuse-page",
        "undo-page",
        "keep-factors-page",
    }
)
"""Pages behind a link in a message; `behind_links` has an address of each."""
_CODE: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass(frozen=True)
class Hostile:
    """Alice writes such texts, and Bob, who cares for her, is called so."""

    alice: Person
    bob: Person
    ids: dict[str, UUID]

    def reader(self, name: str) -> Person:
        """Who comes to the page of this name."""
        return self.bob if name.startswith("caring") else self.alice

    def address(self, name: str) -> str:
        """Where it is."""
        needed = next(one for one in urlpatterns if one.name == name).pattern.converters
        given = {"patient": self.alice.patient_id, "id": self.ids.get(name.removeprefix("caring-"))}
        return reverse(name, kwargs={key: given[key] for key in needed})


def proposed(alice: Person, table: str) -> UUID:
    """An import that she has looked at."""
    browser = Client()
    browser.cookies[project.SESSION_COOKIE_NAME] = alice.token
    assert browser.post("/import", {"file": SimpleUploadedFile("weights.csv", table.encode())}).status_code == 303
    return Import.objects.get().id


def page_names() -> list[str]:
    """Every page that is read by who is signed in, or by anyone."""
    names = [one.name for one in urlpatterns if one.name and one.name not in NOT_PAGES | BY_LINK]
    return [name for name in names if not name.endswith(("file", "timeline"))]


def written(kind: str) -> Hostile:
    """The diary, with texts of this kind."""
    text, name = TEXTS[kind], NAMES[kind]
    alice = settled(Person(f"A {name}", email="alice@example.org"))
    bob = Person(f"B {name}", email="bob@example.org")
    bob.cares_for(alice, "log")
    now = timezone.now()
    today = now.date()
    numb = entry(today, note=text, symptoms=Symptoms(saddle_numbness=True))
    tablet = Treatment(uuid4(), "medication", text[:200], today, daily_dose=1, dose_unit=text[:40])
    fall = Event(uuid4(), "fall", today - timedelta(days=1), note=text)
    write(alice, numb, tablet, fall, now=now)
    alert = Alert.objects.get()
    access = require(actor_id=bob.id, patient=alice.patient_id, level="alerts")
    say(access=access, alert_ids=[alert.pk], what="take_on", words=text[:500], by_link=False, now=now)
    share = {"label": name, "expires_in_hours": 24}
    assert alice.post("patients/me/shares", share).status == 201
    ids = {"entry-page": numb.id, "treatment-page": tablet.id, "event-page": fall.id, "alert": alert.pk}
    ids["import"] = proposed(alice, f"date,weight_kg\n2024-01-05,71.3\n2024-01-06,{text[:100]}\n")
    return Hostile(alice, bob, ids)


def behind_links(hostile: Hostile) -> list[tuple[str, str]]:
    """Names and addresses of the pages behind links that Bob got, and a guest whom Alice invites."""
    now, bob = timezone.now(), hostile.bob.user
    delivery = Delivery.objects.filter(recipient=bob).latest("created_at")
    assert hostile.alice.post("patients/me/caregivers", {"email": "guest@example.org", "level": "log"}).status == 201
    invited = Caregiver.objects.get(state="invited")
    Caregiver.objects.filter(pk=invited.pk).update(token_digest=code_digest(_CODE))
    undo = prepare(bob, now=now)
    undo.row.save()
    FactorRemoval.objects.create(user=bob, token_digest=digest(_CODE), asked_at=now, due_at=now + timedelta(days=7))
    unsubscribe = _path(unsubscribe_link(delivery.pk, Tier.SEE_DOCTOR, bob.links_epoch))
    return [
        ("invitation", reverse("invitation", args=[_CODE])),
        ("alert-page", _path(alert_link(delivery.pk, bob.links_epoch))),
        ("unsubscribe-page", unsubscribe),
        ("resubscribe-page", f"{unsubscribe}/again"),
        *(("courtesy-page", _path(courtesy_link(one.pk, bob.links_epoch))) for one in _courtesies(hostile)),
        ("refuse-page", reverse("refuse-page", args=[refusal_token(invited.pk)])),
        ("undo-page", _path(undo.link)),
        ("keep-factors-page", reverse("keep-factors-page", args=[_CODE])),
    ]


def _courtesies(hostile: Hostile) -> list[Courtesy]:
    """That Alice has fallen silent, a reminder to write and a test."""
    now = timezone.now()
    until = {"created_at": now, "due_at": now, "until": now + timedelta(hours=1)}
    return [
        Courtesy.objects.create(
            user=hostile.bob.user,
            kind=kind,
            occasion=str(now.date()),
            patient_id=hostile.alice.patient_id if kind == "silence" else None,
            **until,
        )
        for kind in ("silence", "reminder", "test")
    ]


def _path(link: str) -> str:
    return urlsplit(link).path
