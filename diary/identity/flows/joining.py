"""Signing up with the link of an invitation: the address is proved by the mail that the link was in.

Programs that check mail open links and send no form, so only the form makes the account. It has the invited address,
which belongs to no account yet, and takes the place in the same transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.db import transaction

from diary.access.circle import Accepted, accept, invited, no_invitation
from diary.format.display_names import fault_of_name
from diary.format.strict_json import FieldError, Invalid
from diary.identity.addresses import is_taken, remove, unproved_users
from diary.identity.provisioning import issue_token, register
from diary.identity.turns import wait_for_address
from diary.models.user import User


class AddressTaken(Exception):
    """The invited address belongs to an account: its owner signs in and accepts."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The token of the new account's first session, which is told once, and the place that was taken."""

    user_id: UUID
    token: str
    accepted: Accepted


@transaction.atomic
def join(*, code: str, password: str, name: str, now: datetime) -> Joined:
    """Make the account and take the place.

    Raises Problem 404 for a code that offers nothing, AddressTaken, and Invalid for a name or password that can't be.
    """
    place = invited(code=code, now=now)
    if place is None:
        raise no_invitation()
    password = _fit(password, name=name, email=place.email)
    wait_for_address(place.email)
    if is_taken(email=place.email):
        raise AddressTaken
    remove(unproved_users(email=place.email))
    user = register(email=place.email, password=password, name=name.strip(), now=now)
    accepted = accept(user_id=user.pk, code=code, now=now)
    return Joined(user.pk, issue_token(user=user, now=now, proved=True), accepted)


def _fit(password: str, *, name: str, email: str) -> str:
    """The password as it is hashed."""
    if fault := fault_of_name(name):
        raise Invalid([FieldError("/name", "invalid_value", fault)])
    try:
        cleaned: str = get_adapter().clean_password(password, user=User(email=email, name=name))
    except ValidationError as error:
        faults = [FieldError("/password", one.code or "invalid_value", str(one.message)) for one in error.error_list]
        raise Invalid(faults) from error
    return cleaned
