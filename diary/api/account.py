"""`/account`: everything about the caller to take along, and the end of it all."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from drf_spectacular.openapi import AutoSchema
from msgspec import UNSET, Meta, Struct, UnsetType
from rest_framework.request import Request
from rest_framework.response import Response

from diary.account.erase import Asker, asked_already, confirm_erasure, request_erasure
from diary.account.export import Subject, archive_chunks
from diary.api.account_shapes import ErasureAsked
from diary.api.contract.description import Method, operation
from diary.api.exports import download
from diary.api.framework.bearer import token_digest_of
from diary.api.framework.parsers import json_body
from diary.api.framework.view import ApiView, answered, done
from diary.format.validation import latest_date, validated
from diary.models import User
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found
from diary.proof import has_fresh_proof, require_password
from diary.reaching.mail_failures import MAIL_FAILURES


class BodyOfDelete(AutoSchema):
    """OpenAPI's generator passes over what a DELETE carries."""

    def _get_request_body(self, direction: Any = "request") -> Any:
        self.method = "POST"
        try:
            return super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        finally:
            self.method = "DELETE"


def described_with_body(method: Method) -> Method:
    """The contract tells the body of this DELETE too."""
    method.kwargs = {"schema": BodyOfDelete}  # type: ignore[attr-defined]
    return method


class Erasure(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A request to erase the account: the password, and on the second call the code from the email."""

    password: Annotated[str, Meta(max_length=1000, description=_("the account's password"))] | UnsetType = UNSET
    code: Annotated[str, Meta(max_length=100, description=_("the code from the email"))] | UnsetType = UNSET


class AccountExportView(ApiView):
    """The archive of everything."""

    reach = {"GET": "own"}
    actions = {"GET": "exported"}
    resource = "account"

    @operation(
        "Export everything", tag="Account", answers={}, file="application/zip", problems=[404], name="export_account"
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Everything stored about the caller: diary, alerts, care circle, consent, access log, devices and more."""
        access = self.access(request)
        subject = Subject(access.actor_id, access.patient_id, timezone.now())
        return download(
            archive_chunks(subject),
            caller=access.actor_id,
            content_type="application/zip",
            name="symptom-diary.zip",
        )


class AccountView(ApiView):
    """The account itself."""

    reach = {"DELETE": "account"}

    @operation(
        "Erase the account",
        tag="Account",
        body=Erasure,
        answers={202: ErasureAsked, 204: None},
        problems=[403, 429, 503],
        name="erase_account",
    )
    @described_with_body
    def delete(self, request: Request) -> Response:
        """The first call sends a code by email (202). A second call with the code erases everything, immediately and
        permanently (204).
        """
        caller = self.caller(request)
        now = timezone.now()
        given = validated(Erasure, json_body(request), latest=latest_date(now))
        asker = Asker(caller.user_id, token_digest_of(request) or "")
        expires_at = erasure_step(request._request, asker=asker, given=given, now=now)
        return done() if expires_at is None else answered({"expires_at": expires_at}, status=HTTPStatus.ACCEPTED)


def erasure_step(request: HttpRequest, *, asker: Asker, given: Erasure, now: datetime) -> datetime | None:
    """Mail a code, and give until when it is good; with that code erase everything, and give None.

    Raises Problem 403 for who has not shown who they are, and for a wrong code, 429, 503.
    """
    _require_proof(request, asker, given, now)
    if given.code is UNSET:
        return _requested(asker, now)
    if not confirm_erasure(user_id=asker.user_id, code=given.code, now=now):
        raise Problem(
            ProblemType.WRONG_CODE,
            _("The code is wrong or has expired. Send the request without one for a new code."),
        )
    return None


def _require_proof(request: HttpRequest, asker: Asker, given: Erasure, now: datetime) -> None:
    """By the password, a fresh second factor, or the session that proved it when it asked. Raises Problem 403, 429."""
    if given.password is not UNSET:
        user = User.objects.filter(pk=asker.user_id).first()
        if user is None:
            raise not_found()
        require_password(request, user=user, password=given.password)
        return
    if given.code is not UNSET and asked_already(asker=asker, now=now):
        return
    if not has_fresh_proof(session_digest=asker.session_digest, now=now):
        raise password_required()


def password_required() -> Problem:
    """The answer without any proof of who asks."""
    return Problem(
        ProblemType.PASSWORD_REQUIRED,
        _("Send the account's password, or reauthenticate with a second factor and try again."),
    )


def _requested(asker: Asker, now: datetime) -> datetime:
    try:
        return request_erasure(asker=asker, now=now)
    except MAIL_FAILURES as error:
        raise Problem(
            ProblemType.MAIL_NOT_SENT,
            _("The email with the code could not be sent. Try again in a minute."),
            retry_after=60,
        ) from error
