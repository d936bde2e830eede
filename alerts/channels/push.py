"""Push to phones through Firebase Cloud Messaging (HTTP v1), which reaches Android itself and iOS through Apple.

What its errors mean: https://firebase.google.com/docs/cloud-messaging/error-codes.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

import msgspec
from django.conf import settings
from django.utils import timezone
from msgspec import Struct

from alerts.channels import google
from alerts.channels.channel import Channel, ChannelError, Endpoint
from alerts.channels.notification import KEPT_FOR, RETRIES, UNSEEN_AFTER, data, topic
from alerts.messages.message import Message
from alerts.outbound import Answer, CallError, call, retry_after
from alerts.rules.tiers import Tier
from diary.reaching.push_tokens import forget_push_token, note_acceptance, push_tokens

_DEAD: Final = {"UNREGISTERED", "SENDER_ID_MISMATCH"}
CHANNEL_IDS: Final[Mapping[Tier | None, str]] = {
    Tier.EMERGENCY: "now",
    Tier.URGENT: "today",
    Tier.SEE_DOCTOR: "soon",
    Tier.CHECK_UP: "sometime",
    Tier.WATCH: "quiet",
    None: "other",
}
"""The notification channels on Android, which the app makes and a person decides how each rings
(`docs/app-in-15-minutes.md`): one a tier, named for how soon to read it, since Google need not know more."""
_QUOTA_REST: Final = timedelta(minutes=1)
"""What Google asks for after QUOTA_EXCEEDED without a `Retry-After`."""


class _Violation(Struct, frozen=True):
    field: str = ""


class _Detail(Struct, frozen=True):
    errorCode: str = ""  # noqa: N815 - as Google writes it
    fieldViolations: tuple[_Violation, ...] = ()  # noqa: N815


class _Error(Struct, frozen=True):
    status: str = ""
    details: tuple[_Detail, ...] = ()

    @property
    def code(self) -> str:
        """FCM's own code, else Google's common one."""
        return next((one.errorCode for one in self.details if one.errorCode), self.status)

    @property
    def blames_the_token(self) -> bool:
        """Whether a field that is not right is the token."""
        return any(one.field == "message.token" for detail in self.details for one in detail.fieldViolations)


class _Refusal(Struct, frozen=True):
    error: _Error


class _Taken(Struct, frozen=True):
    name: str


class Push(Channel):
    """One notification for one phone."""

    retries: ClassVar[Sequence[timedelta]] = RETRIES
    unseen_after: ClassVar[timedelta | None] = UNSEEN_AFTER

    def endpoints(self, user_id: UUID) -> Sequence[Endpoint]:
        """The phones that the person signed in with and let us push to."""
        return _endpoints(user_id)

    def endpoint_of_last_word(self, user_id: UUID, id_: str) -> Endpoint | None:
        """The phone, also when it has just been signed out."""
        return next((one for one in _endpoints(user_id, signed_out_too=True) if one.id == id_), None)

    def send(self, message: Message, endpoint: Endpoint) -> str:
        """Gives Google's name for the message."""
        try:
            answer = call(
                f"{settings.FCM_URL}/v1/projects/{google.project()}/messages:send",
                method="POST",
                headers={"Authorization": f"Bearer {google.access_token()}", "Content-Type": "application/json"},
                content=msgspec.json.encode({"message": _notification(message, endpoint.address)}),
            )
        except CallError as error:
            raise ChannelError(error.detail, unconfirmed=error.unconfirmed) from error
        if answer.status != 200:
            raise _refused(answer)
        note_acceptance(token=endpoint.address)
        return _name(answer)

    def retire(self, *, user_id: UUID, endpoint: Endpoint) -> None:
        """The app was removed, or its token was never ours."""
        forget_push_token(user_id=user_id, device_id=UUID(endpoint.id), token=endpoint.address)


def _endpoints(user_id: UUID, *, signed_out_too: bool = False) -> list[Endpoint]:
    if not settings.FCM_CREDENTIALS:
        return []
    found = push_tokens(user_id=user_id, platforms=["ios", "android"], signed_out_too=signed_out_too)
    return [Endpoint(str(one.device_id), one.token, proved=one.proved) for one in found]


def _notification(message: Message, token: str) -> dict[str, Any]:
    one, kept = topic(message), int(KEPT_FOR.total_seconds())
    return {
        "token": token,
        "notification": {"title": message.subject},
        "data": data(message),
        "android": {
            "collapse_key": one,
            "priority": "HIGH" if message.pressing else "NORMAL",
            "ttl": f"{kept}s",
            "notification": {
                "tag": one,
                "channel_id": CHANNEL_IDS[message.tier],
                "notification_priority": "PRIORITY_MAX" if message.pressing else "PRIORITY_DEFAULT",
            },
        },
        "apns": {
            "headers": {
                "apns-priority": "10" if message.pressing else "5",
                "apns-collapse-id": one,
                "apns-expiration": str(int(time.time()) + kept),
            },
            "payload": {"aps": _rings(message)},
        },
    }


def _rings(message: Message) -> dict[str, Any]:
    """How an iPhone interrupts: an emergency through a muted phone and any focus, where Apple lets the app do that.

    https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification
    """
    if settings.APPLE_CRITICAL_ALERTS and message.pressing and message.tier is Tier.EMERGENCY:
        return {"sound": {"critical": 1, "name": "default", "volume": 1.0}, "interruption-level": "critical"}
    return {"sound": "default", "interruption-level": "time-sensitive" if message.pressing else "active"}


def _refused(answer: Answer) -> ChannelError:
    """What is wrong with the token ends it, what is wrong with the message is final, all else is tried again.

    So is what Google has against us (401, 403): mending it is enough.
    """
    error = _error(answer)
    if answer.status == 401:
        google.forget_access_token()
    wait = retry_after(answer.headers.get("retry-after"), now=timezone.now())
    return ChannelError(
        f"FCM {answer.status} {error.code}".strip(),
        gone=error.code in _DEAD or (error.code == "INVALID_ARGUMENT" and error.blames_the_token),
        permanent=error.code == "INVALID_ARGUMENT",
        retry_after=wait or (_QUOTA_REST if error.code == "QUOTA_EXCEEDED" else None),
    )


def _error(answer: Answer) -> _Error:
    try:
        return msgspec.json.decode(answer.body, type=_Refusal).error
    except msgspec.DecodeError:
        return _Error()


def _name(answer: Answer) -> str:
    """An answer that broke off has taken the message all the same."""
    try:
        return msgspec.json.decode(answer.body, type=_Taken).name
    except msgspec.DecodeError:
        return ""
