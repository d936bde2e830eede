"""`…/shares`: links by which a surgery may read the diary for a while. The person's own to make, see and end."""

from typing import Annotated
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from msgspec import Meta, Struct, convert
from rest_framework.request import Request
from rest_framework.response import Response

from diary.access.levels import Diary
from diary.api.contract.description import operation
from diary.api.framework.parsers import json_body
from diary.api.framework.view import ApiView, answered, done
from diary.format.fields import Instant
from diary.format.validation import latest_date, validated
from papers.models import ATTEMPTS, LONGEST, MOST_OF_LABEL
from papers.sharing import shares
from papers.typesetting.plain_text import one_line

MOST_HOURS = int(LONGEST.total_seconds()) // 3600


class NewShare(Struct, frozen=True, forbid_unknown_fields=True):
    """How long the link works, and what has to be entered to open it."""

    expires_in_hours: Annotated[int, Meta(ge=1, le=MOST_HOURS, description=_("a whole number of hours from 1 to 720"))]
    passcode: Annotated[str, Meta(min_length=4, max_length=40, description=_("text of 4 to 40 characters"))] | None = (
        None
    )
    label: Annotated[str, Meta(max_length=MOST_OF_LABEL, description=_("text of at most 80 characters"))] | None = None


class ShareOpening(Struct, frozen=True):
    """When the link was opened, and for whom, in that person's own words."""

    at: Instant
    recipient: str


class Share(Struct, frozen=True):
    """A SMART Health Link. It works while `link` is not null: show it as a QR code, or send it."""

    id: UUID
    label: str
    made_at: Instant
    expires_at: Instant
    ended_at: Annotated[Instant | None, Meta(description="When it was ended, also by too many wrong passcodes.")]
    has_passcode: bool
    attempts_left: Annotated[int, Meta(description=f"Wrong passcodes until it ends; {ATTEMPTS} in its whole life.")]
    openings: Annotated[list[ShareOpening], Meta(description="the last first")]
    link: str | None


class ShareList(Struct, frozen=True):
    """The links of the last 90 days, the newest first."""

    items: list[Share]


class SharesView(ApiView):
    """All of them."""

    reach = {"GET": "own", "POST": "own"}

    @operation("List shared links", tag="Export and import", answers={200: ShareList}, problems=[404])
    def get(self, request: Request, patient: Diary) -> Response:
        """Each with when it was opened, and for whom."""
        found = shares.listed(access=self.access(request), now=timezone.now())
        return answered({"items": [convert(share, Share, from_attributes=True) for share in found]})

    @operation(
        "Share the diary by a link",
        tag="Export and import",
        body=NewShare,
        answers={201: Share},
        problems=[404, 409],
        name="share",
    )
    def post(self, request: Request, patient: Diary) -> Response:
        """Makes a SMART Health Link for a surgery. It gives the diary as FHIR, with the page for the doctor in it, as
        it is when the link is opened, without notes and without anyone but the person. Each opening is in the access
        log.
        """
        now = timezone.now()
        given = validated(NewShare, json_body(request), latest=latest_date(now))
        made = shares.make(
            access=self.access(request),
            hours=given.expires_in_hours,
            passcode=given.passcode,
            label=one_line(given.label or ""),
            now=now,
        )
        self.noted = True
        return answered(convert(made, Share, from_attributes=True), status=201)


class ShareView(ApiView):
    """One of them."""

    reach = {"DELETE": "own"}

    @operation("End a shared link", tag="Export and import", answers={204: None}, problems=[404])
    def delete(self, request: Request, patient: Diary, id: UUID) -> Response:  # noqa: A002
        """It opens nothing from the next request on. It stays in the list."""
        shares.end(access=self.access(request), share_id=id, now=timezone.now())
        return done()
