"""`/webhooks`: the caller's own webhooks, each under an id that their app made."""

from datetime import date
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from django.utils import timezone
from msgspec import Meta, Struct
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.models.webhook import DisabledReason, WebhookState
from alerts.webhooks.registering import (
    StoredWebhook,
    Webhook,
    ask_again,
    presented,
    put_webhook,
    read_webhook,
    rotate_secret,
    webhooks,
)
from diary.api.account_shapes import Suspended
from diary.api.contract import operation
from diary.api.if_match import expected_version
from diary.api.pagination import PAGING, ListView
from diary.api.parsers import json_body
from diary.api.resources import REFUSED
from diary.api.shapes import NextCursor
from diary.api.view import ApiView, answered, done
from diary.format.fields import Instant
from diary.format.strict_json import FieldError, Invalid
from diary.format.validation import validated
from diary.problems import Problem, not_found
from diary.recording.decision import Status

StateWord = Annotated[
    WebhookState,
    Meta(
        description="`unverified`: it is being asked for its challenge. `active`: it hears of alerts. "
        "`disabled`: it does not, until it is verified again."
    ),
]
ReasonWord = Annotated[
    DisabledReason | None,
    Meta(description="`gone`: it answered 410. `not_verified`: it never answered its challenge."),
]
Secret = Annotated[str, Meta(description="Signs what the webhook gets (Standard Webhooks). It is shown this once.")]


class ShownWebhook(Struct, frozen=True):
    """A webhook as it stands. `last_error` is what was wrong when it was last asked for its challenge."""

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
    """There is nothing to say beyond the address."""


class WebhookView(ApiView):
    """One webhook."""

    reach = {"GET": "account", "PUT": "account", "DELETE": "account"}

    @operation("Read one webhook", tag="Account", answers={200: ShownWebhook}, problems=[404], versioned=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """The webhook as it stands. Raises Problem 404 for one that was deleted or never was the caller's."""
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
        """Store the webhook and verify it: it is sent an event of the type `webhook.verification`, signed like all
        others, and must answer with 2xx and `{"challenge": …}` from the event's `data`. Only then it hears of alerts.

        The answer that creates it holds its secret. When that answer was lost, rotate to get another. A new address
        needs fresh proof of who is asking.
        """
        caller = self.caller(request)
        content = validated(Webhook, json_body(request), latest=date.max)
        if content.id != id:
            raise Invalid([FieldError("/id", "mismatch", "must be the id in the address")])
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
        """Forget the webhook and its secrets, or make sure that there never is one."""
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
        """One page of them, by id."""
        caller = self.caller(request)
        return self.listed(
            request, webhooks(user_id=caller.user_id), lambda page: [presented(webhook) for webhook in page]
        )


class RotateView(ApiView):
    """A new secret for a webhook."""

    reach = {"POST": "account"}

    @operation(
        "Give a webhook a new secret",
        tag="Account",
        body=Nothing,
        answers={200: WebhookWithSecret},
        problems=[403, 404, 409],
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """The new secret signs from now on, and for 24 hours the old one beside it: every message has a signature by
        each. At most five sign at a time. Needs fresh proof of who is asking.
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
        """Send the challenge again, at once or some seconds later; nothing happens to one that is active."""
        caller = self.caller(request)
        _nothing_said(request)
        return _answer(ask_again(user_id=caller.user_id, webhook_id=id, now=timezone.now()))


def _nothing_said(request: Request) -> None:
    validated(Nothing, json_body(request), latest=date.max)


def _answer(webhook: StoredWebhook, *, status: int = HTTPStatus.OK) -> Response:
    secret = {} if webhook.secret is None else {"secret": webhook.secret}
    return answered(presented(webhook) | secret, status=status, version=webhook.version)


def _let_through(status: Status, webhook: StoredWebhook | None) -> StoredWebhook:
    """Raises Problem 409, 410 or 412 for what was refused, with what stands."""
    if status not in REFUSED and webhook is not None:
        return webhook
    code, detail = REFUSED[status]
    if webhook is None or webhook.content is None:
        raise Problem(code, detail, members={} if status == "gone" else {"current": None})
    raise Problem(code, detail, headers={"ETag": f'"{webhook.version}"'}, members={"current": presented(webhook)})
