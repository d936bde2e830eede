"""`/undo/<token>` and `/keep/<token>`: the owner of an account takes back what someone else did to it.

Mail scanners open every link, so opening changes nothing and the button does. No one is signed in by it.
"""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from alerts.messages.links import BadLink
from diary.format.normal_form import shown_email
from diary.identity.factors.lost_factors import keep_factors, removal_of
from diary.identity.flows.undoing import AddressTaken, is_open, undo, undo_of
from diary.models import FactorRemoval, Undo
from diary.reaching.languages import language_of
from diary.reaching.local_time import zone_of
from web.links.link_page import LinkPage
from web.page import rendered, see_other


class _AccountPage(LinkPage):
    """For someone who may be locked out."""

    def helper(self) -> str:
        return str(settings.SUPPORT_EMAIL)


class UndoPage(_AccountPage):
    """Brings back address and second factors as they were before a change."""

    def get(self, _request: HttpRequest, token: str) -> HttpResponse:
        """What it would bring back, with a button, or that it has. Raises BadLink."""
        return self._page(_undo(token), token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Do it, once. Raises BadLink."""
        row = _undo(token)
        if request.POST.get("undo") != "yes":
            return self._page(row, token, status=HTTPStatus.BAD_REQUEST)
        try:
            undo(undo_id=row.pk, now=timezone.now())
        except AddressTaken:
            return self._page(row, token, taken=True, status=HTTPStatus.CONFLICT)
        return see_other("undo-page", token)

    @staticmethod
    def _page(row: Undo, token: str, *, taken: bool = False, status: int = HTTPStatus.OK) -> HttpResponse:
        view = {
            "done": row.used_at is not None,
            "taken": taken,
            "email": shown_email(row.email),
            "made_at": row.made_at,
            "here": reverse("undo-page", args=[token]),
            "support": settings.SUPPORT_EMAIL,
        }
        language, zone = language_of(user_id=row.user_id), zone_of(user_id=row.user_id)
        return rendered("pages/undo.html", lambda: view, language=language, zone=zone, status=status)


class KeepFactorsPage(_AccountPage):
    """Stops the removal of second factors that the operator was asked for."""

    def get(self, _request: HttpRequest, token: str) -> HttpResponse:
        """What is about to happen, with a button, or that it was stopped. Raises BadLink."""
        return self._page(_removal(token), token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Stop it. Raises BadLink."""
        removal = _removal(token)
        if request.POST.get("keep") != "yes":
            return self._page(removal, token, status=HTTPStatus.BAD_REQUEST)
        keep_factors(FactorRemoval.objects.filter(pk=removal.pk), now=timezone.now())
        return see_other("keep-factors-page", token)

    @staticmethod
    def _page(removal: FactorRemoval, token: str, *, status: int = HTTPStatus.OK) -> HttpResponse:
        view = {
            "kept": removal.cancelled_at is not None,
            "due_at": removal.due_at,
            "here": reverse("keep-factors-page", args=[token]),
            "support": settings.SUPPORT_EMAIL,
        }
        language, zone = language_of(user_id=removal.user_id), zone_of(user_id=removal.user_id)
        return rendered("pages/keep_factors.html", lambda: view, language=language, zone=zone, status=status)


def _undo(token: str) -> Undo:
    row = undo_of(token)
    if row is None:
        raise BadLink(expired=False)
    if row.used_at is None and not is_open(row, now=timezone.now()):
        raise BadLink(expired=row.ended_at is None)
    return row


def _removal(token: str) -> FactorRemoval:
    removal = removal_of(token)
    if removal is None or removal.done_at is not None:
        raise BadLink(expired=False)
    return removal
