"""`/invitations/<token>`: who invites, what they offer, and yes. Opening it accepts nothing; no is `/i/<token>`.

The token is the code of the invitation, as apps take it. Someone without an account signs up in the same breath: the
link was mailed to the invited address, and proves it.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from diary.access import circle
from diary.access.invitations import offer
from diary.access.refusals import refusal_token
from diary.api.framework.limiting import require_within_sign_in_limits
from diary.format.normal_form import shown_email
from diary.format.strict_json import Invalid
from diary.identity.flows.joining import AddressTaken, join
from diary.models import Caregiver
from diary.reaching.languages import language_said
from web.cookie import keep
from web.identity.faults import said_of
from web.identity.language import remember_language
from web.page import Page, language_asked, rendered, see_other
from web.reader import reader_of


class InvitationPage(Page):
    """One invitation, for who holds the link."""

    # The address is a secret. It is sent to no other site, as from any page here; a policy that sent it nowhere at all
    # would have browsers hide where its forms come from.
    headers: ClassVar[Mapping[str, str]] = {**Page.headers, "X-Robots-Tag": "noindex, nofollow"}

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The invitation, or that there is none any more."""
        return _page(request, token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Accept, or join. Raises Problem."""
        now, what = timezone.now(), request.POST.get("do", "")
        if what == "accept":
            reader_id = reader_of(request, now=now)
            if reader_id is None:
                return see_other("invitation", token)
            circle.accept(user_id=reader_id, code=token, now=now)
            return see_other("caring")
        if what == "join":
            return _join(request, token)
        return _page(request, token, status=HTTPStatus.BAD_REQUEST)


class CodePage(Page):
    """`/invitations`: the code, typed by hand, leads to the invitation."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """There; without a code back to where it is asked for."""
        code = "".join(filter(str.isalnum, request.POST.get("code", "")))[:64].upper()
        return see_other("invitation", code) if code else see_other("invited")


def _join(request: HttpRequest, token: str) -> HttpResponse:
    require_within_sign_in_limits(request)
    given = {name: request.POST.get(name, "") for name in ("name", "password")}
    now = timezone.now()
    try:
        joined = join(code=token, **given, now=now)
    except AddressTaken:
        return _page(request, token, taken=True, status=HTTPStatus.CONFLICT)
    except Invalid as unfit:
        return _page(request, token, faults=said_of(unfit.errors), status=HTTPStatus.BAD_REQUEST)
    rotate_token(request)
    remember_language(request, user_id=joined.user_id, now=now)
    answer = see_other("caring")
    keep(answer, joined.token)
    return answer


def _page(
    request: HttpRequest,
    token: str,
    *,
    faults: Mapping[str, Promise] | None = None,
    taken: bool = False,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    now = timezone.now()
    reader_id, place = reader_of(request, now=now), circle.invited(code=token, now=now)
    language = (language_said(user_id=reader_id) if reader_id else None) or language_asked(request)
    if place is None:
        gone = {"reader": reader_id}
        return rendered("pages/invitation_gone.html", lambda: gone, language=language, status=HTTPStatus.NOT_FOUND)
    return rendered(
        "pages/invitation.html",
        lambda: {
            **_view(place, reader_id),
            "faults": faults or {},
            "taken": taken,
            "given_name": request.POST.get("name", ""),
            "here": reverse("invitation", args=[token]),
        },
        language=language,
        status=status,
        request=request,
    )


def _view(place: Caregiver, reader_id: UUID | None) -> dict[str, Any]:
    inviter = place.patient.user.get_full_name()
    return {
        "inviter": inviter,
        "offer": offer(place.level, inviter=inviter),
        "level": place.level,
        "email": shown_email(place.email),
        "expires_at": place.expires_at,
        "is_signed_in": reader_id is not None,
        "may_take": reader_id is not None and circle.may_take(place, user_id=reader_id),
        "own": reader_id == place.patient.user_id,
        "refuse": reverse("refuse-page", args=[refusal_token(place.pk)]),
    }
