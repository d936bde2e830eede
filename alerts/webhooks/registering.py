"""The webhooks of an account: written idempotently like everything else, and queued for verification when new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _
from msgspec import Meta, Struct
from msgspec.structs import asdict

from alerts.models import Webhook as Row
from alerts.nudging import nudge
from alerts.outbound import AddressRefused, target_of
from alerts.webhooks.signing import new_secret
from diary.cursors import Listing
from diary.format.sentences import Sentence
from diary.format.strict_json import FieldError, Invalid
from diary.limits.budgets import Budget, spend
from diary.locks import hold_account
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found, too_many
from diary.reaching.endpoints import forget
from diary.reaching.notices import announce
from diary.reaching.suspending import is_suspended, suspended
from diary.versions import WRITTEN, Expected, Status, decide

MOST: Final = 10
"""Webhooks that an account may have."""
REST: Final = timedelta(seconds=20)
"""Within it a webhook is asked once at its owner's wish, and `MOST` of theirs: no one has us call strangers all day."""

WebhookUrl = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=2048,
        pattern=r"^(?![\s\S]*[^!-~])",
        description=_("an https:// address on the public internet, port 443 or 8443; printable ASCII, without spaces"),
    ),
]
Description = Annotated[
    str,
    Meta(
        max_length=200,
        pattern=r"^(?![\s\S]*[\u0000-\u001f\u007f-\u009f\u2028\u2029])",
        description=_("one line of at most 200 characters"),
    ),
]


class Webhook(Struct, frozen=True, forbid_unknown_fields=True):
    """A server that gets every alert its owner gets. `description` is shown to the owner only."""

    id: UUID
    url: WebhookUrl
    description: Description | None = None


@dataclass(frozen=True, slots=True)
class StoredWebhook:
    """A webhook as it stands; a tombstone has no content. `secret` is the new one, only where one was made."""

    row: Row
    secret: str | None = None

    @property
    def version(self) -> int:
        """Counts what its owner wrote, not what became of its verification."""
        return self.row.version

    @property
    def content(self) -> Webhook | None:
        """What its owner wrote."""
        row = self.row
        return None if row.url is None else Webhook(row.id, row.url, row.description)


@dataclass(frozen=True, slots=True)
class _Wish:
    content: Webhook | None
    expected: Expected


@transaction.atomic
def put_webhook(
    *, user_id: UUID, webhook_id: UUID, content: Webhook | None, expected: Expected, now: datetime
) -> tuple[Status, StoredWebhook | None]:
    """Store the webhook, or delete it (`content` is None). One that is new or leads elsewhere is verified again.

    Raises Invalid for an address that may not be called, Problem 404 when the account was erased meanwhile, 409 for
    one webhook too many, 429 when too many were verified in a day.
    """
    if content is not None:
        _require_callable(content.url)
    if hold_account(user_id) is None:  # one write after another
        raise not_found()
    row = Row.objects.select_for_update(no_key=True).filter(user_id=user_id, id=webhook_id).first()
    standing = None if row is None else StoredWebhook(row)
    status = decide(_Wish(content, expected), standing)
    if status not in WRITTEN:
        return status, standing
    row = row or Row(user_id=user_id, id=webhook_id, version=0)
    row.version, row.updated_at = row.version + 1, now
    if content is None:
        _bury(row)
        return status, StoredWebhook(row)
    if status == "created" and living(user_id).count() >= MOST:
        raise Problem(
            ProblemType.TOO_MANY_WEBHOOKS,
            Sentence(_("There are already {most} webhooks; delete one first."), most=MOST),
        )
    _write(row, content, now)
    return status, StoredWebhook(row, new_secret(row, now=now) if status == "created" else None)


def read_webhook(*, user_id: UUID, webhook_id: UUID) -> StoredWebhook | None:
    """The webhook as it stands; None for one that was deleted or never was."""
    row = living(user_id).filter(id=webhook_id).select_related("user").first()
    return None if row is None else StoredWebhook(row)


def webhooks(*, user_id: UUID) -> Listing[StoredWebhook]:
    """The living webhooks of an account, by id."""

    def after(place: Any, limit: int) -> Sequence[StoredWebhook]:
        rows = living(user_id).select_related("user").order_by("id")
        rows = rows if place is None else rows.filter(id__gt=place)
        return [StoredWebhook(row) for row in rows[:limit]]

    return Listing(f"{user_id}:webhooks", after, lambda webhook: webhook.row.id)


@transaction.atomic
def rotate_secret(*, user_id: UUID, webhook_id: UUID, now: datetime) -> StoredWebhook:
    """Make a new secret; the old one signs beside it for a day. Raises Problem 404, and 409 when done too often."""
    row = _locked(user_id, webhook_id)
    return StoredWebhook(row, new_secret(row, now=now))


@transaction.atomic
def verify_again(*, user_id: UUID, webhook_id: UUID, now: datetime) -> StoredWebhook:
    """Verify a webhook once more that is not active. Raises Problem 404, 429 when that was done too often in a day."""
    row = _locked(user_id, webhook_id)
    if row.state != "active":
        _owe_verification(row, now)
        row.save()
    return StoredWebhook(row)


def confirm_webhook(*, user_id: UUID, webhook_id: UUID, now: datetime) -> None:
    """Its owner says that it is theirs."""
    living(user_id).filter(id=webhook_id).update(confirmed_at=now)


def has_suspended(*, user_id: UUID) -> bool:
    """Whether a webhook of the account waits for its owner's word."""
    return living(user_id).filter(suspended()).exists()


def living(user_id: UUID) -> QuerySet[Row]:
    """Every webhook of an account that was not deleted."""
    return Row.objects.filter(user_id=user_id, deleted=False)


def presented(webhook: StoredWebhook) -> dict[str, Any]:
    """A webhook as its owner reads it."""
    row = webhook.row
    if webhook.content is None:
        raise ValueError("a tombstone has nothing to read")
    return asdict(webhook.content) | {
        "state": row.state,
        "suspended": is_suspended(row, row.user),
        "disabled_reason": row.disabled_reason,
        "verified_at": row.verified_at,
        "last_error": row.last_error or None,
        "version": row.version,
        "updated_at": row.updated_at,
    }


def _require_callable(url: str) -> None:
    try:
        target_of(url)
    except AddressRefused as refused:
        raise Invalid([FieldError("/url", "invalid_value", refused.detail)]) from refused


def _locked(user_id: UUID, webhook_id: UUID) -> Row:
    row = living(user_id).select_for_update(no_key=True).filter(id=webhook_id).first()
    if row is None:
        raise not_found()
    return row


def _write(row: Row, content: Webhook, now: datetime) -> None:
    moved = row.url != content.url
    row.url, row.description = content.url, content.description
    if moved:
        row.added_at, row.confirmed_at = now, None
        host = urlsplit(content.url).hostname or ""
        announce(user_id=row.user_id, kind="webhook_added", facts={"host": host}, now=now)
        row.receiver = target_of(content.url).receiver
        row.verified_at = None
        _owe_verification(row, now)
    row.save()


def _bury(row: Row) -> None:
    row.deleted, row.state, row.receiver, row.last_error = True, "disabled", "", ""
    row.url = row.description = row.disabled_reason = row.verify_due_at = row.verified_at = None
    row.added_at = row.confirmed_at = None
    row.save()
    row.secrets.all().delete()
    forget(user_id=row.user_id, endpoint=str(row.id))


def _owe_verification(row: Row, now: datetime) -> None:
    """At once, unless this one or too many of the account's were asked a moment ago. Raises Problem 429."""
    if (wait := spend(Budget("verification_account", str(row.user_id))).wait) > 0:
        raise too_many(wait)
    lately = Row.objects.filter(user_id=row.user_id, tried_at__gt=now - REST).values_list("key", flat=True)
    too_soon = row.key in lately or len(lately) >= MOST
    row.state, row.disabled_reason, row.last_error = "unverified", None, ""
    row.verify_attempts, row.held = 0, False
    row.verify_due_at = now + REST if too_soon else now
    if not too_soon:
        transaction.on_commit(partial(nudge, "alerts.tasks.verify_webhook", row.key))
