"""`/preferences/phone`: the caller's phone number for alerts by SMS."""

from http import HTTPStatus
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from msgspec import Meta, Struct
from rest_framework.request import Request
from rest_framework.response import Response

from diary.api.account_shapes import ShownPhone
from diary.api.contract.description import operation
from diary.api.framework.parsers import json_body
from diary.api.framework.view import ApiView, answered, done
from diary.format.fields import PhoneNumber
from diary.format.validation import latest_date, validated
from diary.limits.networks import wide_network_of
from diary.reaching.phones import ask_for_phone, prove_phone, proved_number, read_phone, remove_phone


class NewNumber(Struct, frozen=True, forbid_unknown_fields=True):
    """The number to send alerts to."""

    number: PhoneNumber


class Code(Struct, frozen=True, forbid_unknown_fields=True):
    """The code from the SMS."""

    code: Annotated[str, Meta(max_length=20, description=_("the code from the SMS"))]


class PhoneView(ApiView):
    """The number itself."""

    reach = {"GET": "account", "PUT": "account", "DELETE": "account"}

    @operation("Read the phone number", tag="Account", answers={200: ShownPhone})
    def get(self, request: Request) -> Response:
        """The verified number, and the one waiting for its code."""
        caller = self.caller(request)
        return answered(read_phone(user_id=caller.user_id, now=timezone.now()))

    @operation(
        "Set the phone number",
        tag="Account",
        body=NewNumber,
        answers={202: ShownPhone},
        problems=[403, 404, 409, 503],
    )
    def put(self, request: Request) -> Response:
        """Sends a code to the number. The present number stays in use until the new one is verified.

        Needs a recent sign-in or reauthentication.
        """
        caller = self.caller(request)
        now = timezone.now()
        given = validated(NewNumber, json_body(request), latest=latest_date(now))
        if given.number != proved_number(user_id=caller.user_id):
            self.proof(request).require()
        phone = ask_for_phone(user_id=caller.user_id, number=given.number, network=wide_network_of(request), now=now)
        return answered(phone, status=HTTPStatus.ACCEPTED)

    @operation("Remove the phone number", tag="Account", answers={204: None})
    def delete(self, request: Request) -> Response:
        """Removes the number; nothing more is sent there. Repeating it changes nothing."""
        caller = self.caller(request)
        remove_phone(user_id=caller.user_id)
        return done()


class ProvePhoneView(ApiView):
    """The proof."""

    reach = {"POST": "account"}

    @operation(
        "Verify the phone number",
        tag="Account",
        body=Code,
        answers={200: ShownPhone},
        problems=[403],
        name="prove_phone",
    )
    def post(self, request: Request) -> Response:
        """From now on, alerts are sent to the number. Raises Problem 403 if the code is wrong or has expired."""
        caller = self.caller(request)
        now = timezone.now()
        given = validated(Code, json_body(request), latest=latest_date(now))
        return answered(prove_phone(user_id=caller.user_id, code=given.code, now=now))
