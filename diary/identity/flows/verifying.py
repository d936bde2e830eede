"""Entering the code that proves an address, where allauth's own view falls over."""

from typing import Any

from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.stages import EmailVerificationStage
from allauth.headless.account.views import VerifyEmailView
from allauth.headless.base.response import ConflictResponse
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from diary.identity.addresses import is_taken
from diary.identity.flows.signing_up import arrive, newcomer, waits


class VerifyView(VerifyEmailView):  # type: ignore[misc]
    """`GET` and `POST auth/email/verify`."""

    process: EmailVerificationProcess
    stage: EmailVerificationStage | None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whether the code is right; of a sign-up who would be signed in, without an id."""
        if self.stage is not None and waits(self.stage):
            self.process.email_address.user = newcomer(self.stage, self.process.email)
        answer: HttpResponseBase = super().get(request, *args, **kwargs)
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Prove the address; 409 where it was proved by someone else, or otherwise, since the code was mailed.

        allauth takes that for a fault of its own and answers 500 (`mark_email_address_as_verified` gives None,
        https://codeberg.org/allauth/django-allauth).
        """
        stage = self.stage if waits(self.stage) else None
        if self._is_over(signs_up=stage is not None):
            self.process.abort()
            done: HttpResponseBase = ConflictResponse(request)
            return done
        if stage is not None:
            self.process = arrive(request, stage, self.process)
        answer: HttpResponseBase = super().post(request, *args, **kwargs)
        return answer

    def _is_over(self, *, signs_up: bool) -> bool:
        if signs_up:
            return is_taken(email=self.process.email)
        return self.process.user is None or bool(self.process.email_address.verified)
