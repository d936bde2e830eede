"""The devices someone is signed in on: see them, sign one out, sign out everywhere.

Beside allauth's addresses, with the shapes of its own `auth/sessions` (its application for that would keep the keys of
sessions in plain text).
"""

from typing import Any, ClassVar

from allauth.headless.base.response import APIResponse, AuthenticationResponse
from allauth.headless.base.views import AuthenticatedAPIView
from allauth.headless.internal.restkit import inputs
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from diary.identity.provisioning import sign_out_everywhere
from diary.identity.sessions import token_digest
from diary.models.session import Session
from diary.models.user import User


class EndSessionsInput(inputs.Input):  # type: ignore[misc]
    """`{"sessions": [ids]}` ends those; without it all end, the caller's own included."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Session.objects.filter(user=user)
        self.fields["sessions"] = inputs.ModelMultipleChoiceField(own, required=False, to_field_name="id")


class SessionsView(AuthenticatedAPIView):  # type: ignore[misc]
    """`GET` and `DELETE auth/sessions`."""

    input_class: ClassVar = {"DELETE": EndSessionsInput}

    def get_input_kwargs(self) -> dict[str, object]:
        """Only one's own sessions can be named."""
        return {"user": self.request.user}

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Every live session of the caller, newest first."""
        rows = Session.objects.filter(user=_caller(request), expire_date__gt=timezone.now()).order_by("-created_at")
        current = _digest(request)
        data = [
            {"id": str(row.id), "created_at": row.created_at.timestamp(), "is_current": row.pk == current}
            for row in rows
        ]
        answer: HttpResponseBase = APIResponse(request, data=data)
        return answer

    def delete(self, request: HttpRequest) -> HttpResponseBase:
        """End the named sessions, or all."""
        if "sessions" not in (self.data or {}):
            sign_out_everywhere(user=_caller(request), acting=_digest(request), now=timezone.now())
            return self._signed_out(request)
        ended = {row.pk for row in self.input.cleaned_data["sessions"]}
        Session.objects.filter(pk__in=ended).delete()
        return self._signed_out(request) if _digest(request) in ended else self.get(request)

    @staticmethod
    def _signed_out(request: HttpRequest) -> HttpResponseBase:
        logout(request)
        answer: HttpResponseBase = AuthenticationResponse(request)
        return answer


def _caller(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):  # the view is behind allauth's own check
        raise PermissionDenied
    return user


def _digest(request: HttpRequest) -> str:
    return token_digest(request.session.session_key or "")
