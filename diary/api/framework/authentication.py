"""Who is asking: `Authorization: Bearer <token>`.

One statement answers the token and the way into the diary that the request is about. Where the view allows it, the
answer of the last time is believed, and asked for again in the trip of what the request asks first. A token is valid
while its session has a user (a sign-in that is not finished has none), has not expired, and was not overtaken by a
change of the account's credentials. `expire_date` moves on with use, at most once a day.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.db import connection
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from diary.access.levels import Access, Caller, Diary, ask_whether_still, caller_by_token
from diary.api.framework.bearer import token_digest_of
from diary.api.framework.believed import BELIEVED
from diary.api.framework.repeating import repeated
from diary.api.framework.throttles import HOLDERS
from diary.identity.sessions import extended_expiry
from diary.models.session import Session

if TYPE_CHECKING:
    from diary.api.framework.view import ApiView


class BearerAuthentication(BaseAuthentication):
    """`request.user` is the Caller, `request.auth` their Access to the diary that is meant, None without one."""

    def authenticate(self, request: Request) -> tuple[Any, Access | None] | None:
        """None without a bearer token. Raises AuthenticationFailed (401) for one that is not valid."""
        digest = token_digest_of(request)
        if digest is None:
            return None
        view = cast("ApiView", request.parser_context["view"])
        patient, now = view.wanted(request), timezone.now()
        caller = BELIEVED.get(digest, patient) if view.may_believe and not connection.in_atomic_block else None
        if caller is not None and view.lets_in(caller) and not extended_expiry(expire_date=caller.expire_date, now=now):
            ask_whether_still(caller, digest=digest, patient=patient, now=now)
            view.is_believed = True
            return caller, caller.access
        caller = caller_of(digest, patient=patient, now=now)
        if caller is None:
            raise AuthenticationFailed
        return caller, caller.access

    def authenticate_header(self, request: Request) -> str:
        """What `WWW-Authenticate` says with a 401."""
        return "Bearer"


def caller_of(digest: str, *, patient: Diary | None, now: datetime) -> Caller | None:
    """Who holds the token with this digest, with their way into the diary of `patient`; None when it is not valid.

    It is thereby in use, which moves its end.
    """
    caller = repeated(caller_by_token, digest=digest, patient=patient, now=now)
    if caller is None:
        HOLDERS.forget(digest)
        BELIEVED.forget(digest)
        return None
    HOLDERS.note(digest, caller.user_id)
    BELIEVED.note(digest, patient, caller)
    repeated(_touch, digest, caller, now)
    return caller


def _touch(digest: str, caller: Caller, now: datetime) -> None:
    """Note that the token is in use, if that was not noted within the last day."""
    if fresh := extended_expiry(expire_date=caller.expire_date, now=now):
        Session.objects.filter(session_key=digest, expire_date__lt=fresh).update(expire_date=fresh)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the published contract describes it."""

    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """An HTTP authentication scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "The opaque token of a signed-in device, from `/api/auth/`.",
        }
