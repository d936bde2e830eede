"""The export of an account: everything that is stored about someone, as one archive that is made page by page.

Whoever keeps something about people gives it here: `settings.ACCOUNT_EXPORTERS` names functions that take a `Subject`
and give files, so that the diary need not know who keeps what.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.module_loading import import_string

from diary.access.circle import caring_of
from diary.access.log import access_lines
from diary.account.archive import ExportedFile, zipped
from diary.account.diary_document import document_chunks
from diary.account.spans import NO_BOUNDS
from diary.account.tables import table_chunks
from diary.format.fields import ResourceType
from diary.format.normal_form import shown_email
from diary.models import (
    Caregiver,
    ConsentRecord,
    FailingEndpoint,
    HealthConsent,
    Import,
    LocalZone,
    Phone,
    ReminderPlan,
    Session,
    User,
)
from diary.models import Device as DeviceRow
from diary.reaching.devices import presented, stored
from diary.reaching.preferences import read_preferences

_TABLES: Final[dict[str, ResourceType]] = {"entries": "entry", "treatments": "treatment", "events": "event"}
_PHONE: Final = ("number", "verified_at", "asked_number", "code_sent_at")
_FAILING: Final = ("channel", "endpoint", "reason", "failing_since", "dead_at")
_HEALTH_CONSENT: Final = ("given", "version", "age_at_least", "region", "at")
_LINES: Final = 500  # of the access log at a time


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data is exported, and as of when."""

    user_id: UUID
    patient_id: UUID
    now: datetime


Exporter = Callable[[Subject], Iterator[ExportedFile]]


def archive_chunks(subject: Subject) -> Iterator[bytes]:
    """The whole archive (ZIP), piece by piece; no more than a page of rows is in memory."""
    exporters = map(import_string, settings.ACCOUNT_EXPORTERS)
    return zipped((file for exporter in exporters for file in exporter(subject)), now=subject.now)


def json_file(name: str, value: Any) -> ExportedFile:
    """A file with one JSON value."""
    return ExportedFile(name, [msgspec.json.format(msgspec.json.encode(value))])


def diary_files(subject: Subject) -> Iterator[ExportedFile]:
    """Account, diary, what was imported, care circle, consent and access log."""
    yield json_file("account.json", _account(subject.user_id))
    yield ExportedFile("diary.json", document_chunks(patient_id=subject.patient_id, span=NO_BOUNDS))
    for name, kind in _TABLES.items():
        chunks = table_chunks(patient_id=subject.patient_id, kind=kind, span=NO_BOUNDS)
        yield ExportedFile(f"{name}.csv", chunks)
    yield json_file("imports.json", _imports(subject.patient_id))
    yield json_file("care-circle.json", _circle(subject.patient_id))
    yield json_file("caring.json", _caring(subject.user_id))
    yield json_file("consent-history.json", _consent(subject.patient_id))
    yield ExportedFile("access-log.jsonl", _access_log(subject.patient_id))


def _account(user_id: UUID) -> dict[str, Any]:
    user = User.objects.get(pk=user_id)
    devices = DeviceRow.objects.filter(user_id=user_id, deleted=False).order_by("id")
    return {
        "id": user.pk,
        "joined_at": user.date_joined,
        "addresses": _shown(EmailAddress.objects.filter(user_id=user_id).values("email", "verified", "primary")),
        "health_consents": list(
            HealthConsent.objects.filter(user_id=user_id).order_by("at", "id").values(*_HEALTH_CONSENT)
        ),
        "preferences": asdict(read_preferences(user_id=user_id)),
        "local_zone": LocalZone.objects.filter(pk=user_id).values("name", "since").first(),
        "next_reminder": ReminderPlan.objects.filter(pk=user_id).values("due_at", "unanswered", "last_day").first(),
        "phone": Phone.objects.filter(user_id=user_id).values(*_PHONE).first(),
        "devices": [presented(stored(device, user)) for device in devices],
        "failing_endpoints": list(
            FailingEndpoint.objects.filter(user_id=user_id).order_by("channel", "endpoint", "id").values(*_FAILING)
        ),
        "sessions": list(Session.objects.filter(user_id=user_id).values("id", "created_at", "expire_date")),
        "changes_of_sign_in": list(user.undos.order_by("made_at").values("email", "made_at", "expires_at", "used_at")),
        "factor_removals": list(
            user.factor_removals.order_by("asked_at").values("asked_at", "due_at", "done_at", "cancelled_at")
        ),
        "second_factors": list(
            Authenticator.objects.filter(user_id=user_id).values("type", "created_at", "last_used_at")
        ),
    }


def _imports(patient_id: UUID) -> list[dict[str, Any]]:
    names = ("id", "state", "accepted_at", "sent_by_id", "rows", "counts", "removed")
    return list(Import.objects.filter(patient_id=patient_id).order_by("accepted_at", "id").values(*names))


def _circle(patient_id: UUID) -> list[dict[str, Any]]:
    names = ("id", "email", "level", "state", "invited_at", "expires_at", "accepted_at", "ended_at", "version")
    return _shown(Caregiver.objects.filter(patient_id=patient_id).order_by("invited_at", "id").values(*names))


def _shown(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """With their addresses as people write them."""
    return [row | {"email": shown_email(row["email"])} for row in rows]


def _caring(user_id: UUID) -> list[dict[str, Any]]:
    names = ("patient_id", "level", "accepted_at")
    return list(caring_of(user_id=user_id).values(*names))


def _consent(patient_id: UUID) -> list[dict[str, Any]]:
    names = ("caregiver_id", "actor_id", "action", "level", "wording_version", "at")
    return list(ConsentRecord.objects.filter(patient_id=patient_id).order_by("id").values(*names))


def _access_log(patient_id: UUID) -> Iterator[bytes]:
    for lines in access_lines(patient_id=patient_id).pages(limit=_LINES):
        yield msgspec.json.Encoder().encode_lines([line.presented() for line in lines])
