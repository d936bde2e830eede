"""`/account/consent`: the caller's consent to the processing of their health data."""

from typing import Annotated, Final
from uuid import UUID

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from msgspec import Meta, Struct
from rest_framework.request import Request
from rest_framework.response import Response

from diary.api.account_shapes import GivenConsent, ShownConsent
from diary.api.contract.description import operation
from diary.api.framework.parameters import matching
from diary.api.framework.parsers import json_body
from diary.api.framework.view import ApiView, answered, done
from diary.format.fields import Region
from diary.format.strict_json import FieldError, Invalid
from diary.format.validation import latest_date, validated
from diary.identity.health_consent import (
    VERSION,
    Declaration,
    asked,
    faults,
    give,
    is_due,
    region_of,
    standing,
    withdraw,
)
from diary.problem_types import ProblemType
from diary.problems import Problem
from diary.reaching.languages import language_of

_REGION: Final = matching(
    "region",
    "The country (ISO 3166) that sets the minimum age; by default that of the profile.",
    pattern="[A-Z]{2}",
    takes=_("must be two capital letters (ISO 3166)"),
)


class Consent(Struct, frozen=True, forbid_unknown_fields=True):
    """The person's consent to the text of this version, and the age they state."""

    version: Annotated[str, Meta(max_length=20, description=_("the version of the text that was shown"))]
    age_at_least: Annotated[
        int, Meta(ge=1, le=120, description=_("the age in years that the person says they have reached"))
    ]
    region: Region | None = None


class ConsentView(ApiView):
    """The consent, and what is asked."""

    reach = {"GET": "account", "PUT": "account", "DELETE": "account"}

    @operation(
        "Read the consent to the processing of health data",
        tag="Account",
        answers={200: ShownConsent},
        query=[_REGION],
        name="read_consent",
    )
    def get(self, request: Request) -> Response:
        """The current consent, and the text to show. Ask for it while `due` is true; nothing else depends on it."""
        user_id = self.caller(request).user_id
        region = self.asked[_REGION] or region_of(user_id=user_id)
        return answered(_shown(user_id, region))

    @operation(
        "Consent to the processing of health data",
        tag="Account",
        body=Consent,
        answers={200: ShownConsent},
        problems=[404, 409],
        name="give_consent",
    )
    def put(self, request: Request) -> Response:
        """Stores the consent with the time. Answers 409 with the current text if another version was shown, 400 below
        the minimum age.
        """
        user_id = self.caller(request).user_id
        now = timezone.now()
        given = validated(Consent, json_body(request), latest=latest_date(now))
        said = Declaration(given.version, given.age_at_least, given.region or region_of(user_id=user_id))
        if said.version != VERSION:
            current = msgspec.to_builtins(_shown(user_id, said.region))
            raise Problem(
                ProblemType.CONSENT_OUTDATED,
                _("There is a newer consent text. Show it and ask again."),
                members={"current": current},
            )
        if wrong := faults(said):
            raise Invalid([FieldError(f"/{fault.pointer}", fault.code, fault.detail) for fault in wrong])
        give(user_id=user_id, said=said, now=now)
        return answered(_shown(user_id, said.region))

    @operation("Withdraw the consent", tag="Account", answers={204: None}, problems=[404], name="withdraw_consent")
    def delete(self, request: Request) -> Response:
        """Consent is then due again. To have all data removed, erase the account."""
        user_id = self.caller(request).user_id
        withdraw(user_id=user_id, now=timezone.now())
        return done()


def _shown(user_id: UUID, region: str | None) -> ShownConsent:
    given = standing(user_id=user_id)
    wanted = asked(region=region, language=language_of(user_id=user_id))
    return ShownConsent(
        due=is_due(given),
        version=wanted.version,
        text=wanted.text,
        minimum_age=wanted.minimum_age,
        region=wanted.region,
        given=None if given is None else GivenConsent(given.version, given.at, given.age_at_least or 0, given.region),
    )
