"""Signing up: nothing is stored about an account before its address is proved.

What someone gave waits, sealed, in the session in which the mailed code has to be entered. So any number of sign-ups
with one address stand side by side and none ends another; whoever reads the mailbox enters the code in a session of
their own, and gets the password of that session. Whether the address is known decides which mail goes out, and nothing
else: the work is the same.
"""

from datetime import datetime
from typing import Final

import msgspec
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import handle_verification_email_rate_limit
from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import stash_login
from allauth.account.models import EmailAddress, Login
from allauth.account.stages import EmailVerificationStage
from allauth.headless.account.inputs import SignupInput
from allauth.headless.account.views import SignupView
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from diary.identity.addresses import is_taken, remove, unproved_users
from diary.identity.health_consent import Declaration, give
from diary.models.patient import Patient
from diary.models.user import User
from diary.sealing import opened, sealed

_APPLICANT: Final = "applicant"
"""Where the state of a sign-in under way keeps what was given at sign-up."""


class Applicant(msgspec.Struct, frozen=True):
    """What the account will be made of; `password` is its hash."""

    password: str
    name: str
    consent: Declaration | None = None
    consented_at: datetime | None = None


class SignUpInput(SignupInput):  # type: ignore[misc]
    """The body of a sign-up."""

    def validate_unique_email(self, value: str) -> str:
        """Whether it is known is looked at when the mail is chosen."""
        return value

    def try_save(self, request: HttpRequest) -> tuple[None, HttpResponse]:
        """Nothing is saved yet: the code goes out, and the sign-in waits for it."""
        given = self.cleaned_data
        applicant = Applicant(make_password(given["password"]), given["name"], given["consent"], timezone.now())
        kept = sealed(msgspec.json.encode(applicant).decode())
        login = Login(email=given["email"], signup=True, state={_APPLICANT: kept})
        return None, perform_login(request, login)


class SignUpView(SignupView):  # type: ignore[misc]
    """`POST auth/signup`."""

    input_class = {"POST": SignUpInput}


class ProveAddressStage(EmailVerificationStage):  # type: ignore[misc]
    """The step of a sign-in that waits for the code of an address."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Mail the code, or to the owner of a known address that there is an account already."""
        if self.login.user is not None:
            answer: tuple[HttpResponse | None, bool] = super().handle()
            return answer
        email = self.login.email or ""
        handle_verification_email_rate_limit(self.request, email)
        process = EmailVerificationProcess(self.request, EmailVerificationProcess.initial_state(None, email))
        process.generate_code()
        process.persist()
        known = "account_already_exists" if is_taken(email=email) else None
        get_adapter().send_code(email, process.code, "email_confirmation_signup", otherwise=known)
        return get_adapter().respond_email_verification_sent(self.request, None), True


def waits(stage: EmailVerificationStage | None) -> bool:
    """Whether a sign-up waits for its code there."""
    return stage is not None and _APPLICANT in stage.login.state


def newcomer(stage: EmailVerificationStage, email: str) -> User:
    """Who waits there, as an account that is not stored and has no id yet."""
    applicant = _applicant(stage.login.state[_APPLICANT])
    return User(pk=None, email=email, name=applicant.name, password=applicant.password)


def _applicant(kept: str) -> Applicant:
    return msgspec.json.decode(opened(kept.encode()), type=Applicant)


@transaction.atomic
def arrive(
    request: HttpRequest, stage: EmailVerificationStage, process: EmailVerificationProcess
) -> EmailVerificationProcess:
    """Make the account whose code was entered; gives the process that proves its address.

    Others that took the address and never proved it go. The caller has taken the turn of the address, and has seen
    that it is not taken.
    """
    applicant = _applicant(stage.login.state.pop(_APPLICANT))
    remove(unproved_users(email=process.email))
    user = User(email=process.email, name=applicant.name, password=applicant.password)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    Patient.objects.create(user=user)
    if applicant.consent and applicant.consented_at:
        give(user_id=user.pk, said=applicant.consent, now=applicant.consented_at)
    stage.login.user = user
    record_authentication(request, user, method="sign_up")  # as recent as a sign-in (`diary.proof`)
    stash_login(request, stage.login)
    return EmailVerificationProcess(request=request, state=process.state, user=user)
