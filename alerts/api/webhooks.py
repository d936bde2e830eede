"""`/webhooks`: the caller's own webhooks, each under an id that their app made."""

from datetime import date
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from msgspec import Meta, Struct
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.models.webhook import DisabledReason, WebhookState
from alerts.webhooks.registering import (
    StoredWebhook,
    Webhook,
    presented,
    put_webhook,
    read_webhook,
    rotate_secret,
    verify_again,
    webhooks,
)
from diary.api.account_shapes import Suspended
from diary.api.contract.description import operation
from diary.api.framework.if_match import expected_version
from diary.api.framework.pagination import PAGING, ListView
from diary.api.framework.parsers import json_body
from diary.api.framework.view import ApiView, answered, done
from diary.api.resources import REFUSED
from diary.api.shapes import NextCursor
from diary.format.fields import Instant
from diary.format.strict_json import FieldError, Invalid
from diary.format.validation import validated
from diary.problems import Problem, not_found
from diary.recording.decision import Status

StateWord = Annotated[
    WebhookState,
    Meta(
        description="`unverified`: waiting for the answer to its challenge. `active`: gets alerts. `disabled`: gets "
        "none until it is verified again."
    ),
]
ReasonWord = Annotated[
    DisabledReason | None,
    Meta(description="`gone`: it answered 410. `not_verified`: it never answered its challenge."),
]
Secret = Annotated[str, Meta(description="Signs the webhook's messages (Standard Webhooks). Shown only once.")]


class ShownWebhook(Struct, frozen=True):
    """A stored webhook. `last_error` is why the last verification failed."""

    id: UUID
    url: str
    description: str | None
    state: StateWord
    suspended: Suspended
    disabled_reason: ReasonWord
    verified_at: Instant | None
    last_error: str | None
    version: int
    updated_at: Instant


class WebhookWithSecret(ShownWebhook, frozen=True):
    """A webhook and its new secret."""

    secret: Secret


class WebhookPage(Struct, frozen=True):
    """One page of webhooks."""

    items: list[ShownWebhook]
    next_cursor: NextCursor


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """An empty object."""


class WebhookView(ApiView):
    """One webhook."""

    reach = {"GET": "account", "PUT": "account", "DELETE": "account"}

    @operation("Read one webhook", tag="Account", answers={200: ShownWebhook}, problems=[404], versioned=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """The stored webhook. Raises Problem 404 for one that was deleted or is not the caller's."""
        caller = self.caller(request)
        webhook = read_webhook(user_id=caller.user_id, webhook_id=id)
        if webhook is None:
            raise not_found()
        return _answer(webhook)

    @operation(
        "Store one webhook",
        tag="Account",
        body=Webhook,
        answers={200: ShownWebhook, 201: WebhookWithSecret},
        problems=[403, 404, 409, 410, 412],
        versioned=True,
    )
    def put(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Stores the webhook and verifies it: it gets an event of type `webhook.verification`, signed like all others,
        and must answer with 2xx and the `{"challenge": …}` from the event's `data`. It gets no alerts before that.

        The answer that creates it contains its secret. If that answer was lost, rotate to get a new one. A new address
        needs a recent sign-in or reauthentication.
        """
        caller = self.caller(request)
        content = validated(Webhook, json_body(request), latest=date.max)
        if content.id != id:
            raise Invalid([FieldError("/id", "mismatch", _("must be the id in the address"))])
        standing = read_webhook(user_id=caller.user_id, webhook_id=id)
        if standing is None or standing.row.url != content.url:
            self.proof(request).require()
        status, webhook = put_webhook(
            user_id=caller.user_id,
            webhook_id=id,
            content=content,
            expected=expected_version(request),
            now=timezone.now(),
        )
        code = HTTPStatus.CREATED if status == "created" else HTTPStatus.OK
        return _answer(_let_through(status, webhook), status=code)

    @operation("Delete one webhook", tag="Account", answers={204: None}, problems=[404, 412], versioned=True)
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Deletes the webhook and its secrets, and keeps the id from being used later."""
        caller = self.caller(request)
        expected = expected_version(request)
        outcome = put_webhook(
            user_id=caller.user_id, webhook_id=id, content=None, expected=expected, now=timezone.now()
        )
        _let_through(*outcome)
        return done()


class WebhooksView(ListView):
    """All webhooks of the caller."""

    reach = {"GET": "account"}

    @operation("List webhooks", tag="Account", answers={200: WebhookPage}, query=PAGING, name="webhooks_list")
    def get(self, request: Request) -> Response:
        """One page, ordered by id."""
        caller = self.caller(request)
        return self.listed(
            request, webhooks(user_id=caller.user_id), lambda page: [presented(webhook) for webhook in page]
        )


class RotateView(ApiView):
    """A new secret for a webhook."""

    reach = {"POST": "account"}

    @operation(
        "Rotate a webhook's secret",
        tag="Account",
        body=Nothing,
        answers={200: WebhookWithSecret},
        problems=[403, 404, 409],
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """The new secret signs from now on. The old one goes on signing for 24 hours, so every message has a signature
        by each; at most five secrets sign at a time. Needs a recent sign-in or reauthentication.
        """
        caller = self.caller(request)
        _nothing_said(request)
        now = timezone.now()
        if read_webhook(user_id=caller.user_id, webhook_id=id) is not None:
            self.proof(request).require()
        return _answer(rotate_secret(user_id=caller.user_id, webhook_id=id, now=now))


class VerifyView(ApiView):
    """Another verification of a webhook."""

    reach = {"POST": "account"}

    @operation("Verify a webhook again", tag="Account", body=Nothing, answers={200: ShownWebhook}, problems=[404])
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Sends the challenge again within seconds. Changes nothing for an active webhook."""
        caller = self.caller(request)
        _nothing_said(request)
        return _answer(verify_again(user_id=caller.user_id, webhook_id=id, now=timezone.now()))


def _nothing_said(request: Request) -> None:
    validated(Nothing, json_body(request), latest=date.max)


def _answer(webhook: StoredWebhook, *, status: int = HTTPStatus.OK) -> Response:
    secret = {} if webhook.secret is None else {"secret": webhook.secret}
    return answered(presented(webhook) | secret, status=status, version=webhook.version)


def _let_through(status: Status, webhook: StoredWebhook | None) -> StoredWebhook:
    """Raises Problem 409, 410 or 412 for what was refused, with what stands."""
    if status not in REFUSED and webhook is not None:
        return webhook
    kind, detail = REFUSED[status]
    if webhook is None or webhook.content is None:
        raise Problem(kind, detail, members={} if status == "gone" else {"current": None})
    raise Problem(kind, detail, headers={"ETag": f'"{webhook.version}"'}, members={"current": presented(webhook)})
