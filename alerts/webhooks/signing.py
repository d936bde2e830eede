"""The secrets of webhooks and what is signed with them, after the Standard Webhooks specification.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Final

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.translation import gettext_noop as _
from standardwebhooks import Webhook as Signer
from standardwebhooks.webhooks import EmptyWebhookSecretError

from alerts.models import Webhook, WebhookSecret
from diary.format.sentences import Sentence
from diary.problem_types import ProblemType
from diary.problems import Problem
from diary.sealing import opened, resealed, sealed

OVERLAP: Final = timedelta(hours=24)
"""So long an old secret signs beside the new one."""
_MOST: Final = 5
"""Secrets that sign at a time; each is one more signature in a header."""
ENOUGH_SECRETS: Final = Sentence(
    _("There are already {most} signing secrets. The oldest expires within a day; rotate again then."), most=_MOST
)
_PREFIX: Final = "whsec_"


class SecretUnusable(Exception):
    """A secret cannot be opened with the keys there are: the installation has lost one, and mends it or not."""

    detail = "the secret cannot be opened"


def new_secret(webhook: Webhook, *, now: datetime) -> str:
    """Give the webhook its secret; those before sign for `OVERLAP` longer. Gives it, for the one time it is shown.

    The caller holds the webhook's row. Raises Problem 409 while too many secrets sign.
    """
    webhook.secrets.filter(signs_until__lte=now).delete()
    if webhook.secrets.count() >= _MOST:
        raise Problem(ProblemType.TOO_MANY_SECRETS, ENOUGH_SECRETS)
    webhook.secrets.filter(signs_until__isnull=True).update(signs_until=now + OVERLAP)
    secret = _PREFIX + b64encode(token_bytes(32)).decode()
    WebhookSecret.objects.create(webhook=webhook, sealed=sealed(secret).encode(), made_at=now)
    return secret


def sealed_secrets(webhook: Webhook, *, now: datetime) -> list[bytes]:
    """The secrets that sign now, still encrypted, the newest first."""
    signing = [one for one in webhook.secrets.all() if one.signs_until is None or one.signs_until > now]
    return [bytes(one.sealed) for one in sorted(signing, key=lambda one: one.pk, reverse=True)]


def signed(*, id_: str, body: bytes, secrets: Sequence[bytes], now: datetime) -> Mapping[str, str]:
    """The headers of a message: its id, the time it is sent, and a signature by each secret (given encrypted).

    Raises SecretUnusable.
    """
    try:
        signatures = [Signer(opened(secret)).sign(id_, now, body.decode()) for secret in secrets]
    except (InvalidToken, ValueError, EmptyWebhookSecretError):
        raise SecretUnusable from None  # whatever was wrong with it, it is shown to no one
    return {
        "Content-Type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def reseal_webhook_secrets() -> int:
    """Seal every secret under the current key; gives how many there are.

    Belongs to every change of the note keys: without it, dropping the old key drops every webhook's signature.
    """
    count = 0
    with transaction.atomic():
        for secret in WebhookSecret.objects.select_for_update(no_key=True).order_by("pk"):
            secret.sealed = resealed(bytes(secret.sealed))
            secret.save(update_fields=["sealed"])
            count += 1
    return count
