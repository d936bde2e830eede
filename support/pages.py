"""`/support/`: look for an account, giving a reason; see its states; do something about it.

What was searched for is a line of the log, and its number is the address of what was found: it is good for whoever
searched, for as long as one showing of the second factor is.
"""

from datetime import timedelta
from ipaddress import ip_address
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from diary.access.support_log import Acting, BadReason, reason_in
from diary.format.normal_form import shown_email
from diary.limits.networks import network_of
from diary.models import SupportLine, User
from diary.proof import FRESH, factor_shown_at
from support.acts import DONE, NotDone, act, look, search
from support.staff import has_second_factor, is_staff
from web.identity.again import asked_again
from web.page import Page, rendered, see_other
from web.reader import ReaderPage, digest_of

_LONGEST: Final = 400  # characters of anything typed here


class SupportPage(ReaderPage):
    """A page for staff who have shown a second factor within `SUPPORT_MINUTES`; for everyone else there is none.

    It runs no script, and is in English, as everything for those who run the service.
    """

    reach = {"GET": "account", "POST": "account"}
    headers = {**Page.headers}

    def answered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises Http404 for who comes from elsewhere than `SUPPORT_NETWORKS`, before anything is asked."""
        if settings.SUPPORT_NETWORKS and not _is_let_in(network_of(request)):
            raise Http404
        return super().answered(request, *args, **kwargs)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        """What the page shows."""
        return self._refused_entry(request) or self.shown(request, **named)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        """What its form does."""
        return self._refused_entry(request) or self.done(request, **named)

    def shown(self, request: HttpRequest, **named: Any) -> HttpResponse:
        """The page."""
        raise NotImplementedError

    def done(self, request: HttpRequest, **named: Any) -> HttpResponse:
        """After its form."""
        raise NotImplementedError

    def _refused_entry(self, request: HttpRequest) -> HttpResponse | None:
        user_id = self.caller.user_id
        if not is_staff(user_id=user_id):
            raise Http404
        if not has_second_factor(user_id=user_id):
            return self.plain("support/no_factor.html", {}, status=403)
        return None if self.has_shown_factor(self.lasts) else asked_again(request, factor_only=True)

    @property
    def lasts(self) -> timedelta:
        """How long one showing of the second factor opens the pages."""
        return timedelta(minutes=settings.SUPPORT_MINUTES)

    def has_shown_factor(self, within: timedelta) -> bool:
        """Whether this session has shown a second factor so short a while ago."""
        shown = factor_shown_at(session_digest=digest_of(self.request) or "")
        return shown is not None and shown > self.now - within

    @property
    def staff(self) -> str:
        """Under which name the log has what is done here."""
        return User.objects.values_list("email", flat=True).get(pk=self.caller.user_id)

    def plain(self, template: str, view: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """A page of support's, its times in UTC."""
        return rendered(template, lambda: view, language="en", status=status, request=self.request)


class FindPage(SupportPage):
    """Find one account by its exact address; there is no list of accounts, and no search by a part."""

    def shown(self, request: HttpRequest, **named: Any) -> HttpResponse:
        """The form."""
        return self.plain("support/find.html", {"did": DONE.get(request.GET.get("done", ""))})

    def done(self, request: HttpRequest, **named: Any) -> HttpResponse:
        """On to what was found."""
        address, typed = (request.POST.get(name, "")[:_LONGEST] for name in ("address", "reason"))
        try:
            acting = Acting(self.staff, "page", reason_in(typed))
        except BadReason:
            return self._again(address, typed, "Say why, in 8 to 250 characters.", 400)
        found = search(acting, address=address, now=self.now)
        if found.user is None:
            return self._again(address, typed, "There is no account with this address.", 404)
        return see_other("support-account", found.line)

    def _again(self, address: str, reason: str, fault: str, status: int) -> HttpResponse:
        view = {"address": address, "reason": reason, "fault": fault}
        return self.plain("support/find.html", view, status=status)


class AccountPage(SupportPage):
    """The states of the account that a search found, and what can be done about it."""

    def shown(self, request: HttpRequest, **named: Any) -> HttpResponse:
        """Every look is logged, with the reason that was given for the search."""
        found = self._found(int(named["line"]))
        if found is None:
            return see_other("support")
        return self._states(*found, {"did": DONE.get(request.GET.get("done", ""))})

    def done(self, request: HttpRequest, **named: Any) -> HttpResponse:
        """What the button says; erasing needs a factor that was shown just now."""
        found = self._found(int(named["line"]))
        if found is None:
            return see_other("support")
        name, subject = (request.POST.get(field, "")[:_LONGEST] for field in ("do", "subject"))
        if name == "erase" and not self.has_shown_factor(FRESH):
            return asked_again(request, factor_only=True)
        try:
            act(*found, name=name, subject=subject, now=self.now)
        except NotDone as error:
            return self._states(*found, {"fault": str(error)}, status=400)
        page = reverse("support") if name == "erase" else request.path
        return see_other(f"{page}?done={name}")

    def _found(self, number: int) -> tuple[Acting, User] | None:
        since = self.now - self.lasts
        mine = SupportLine.objects.filter(act="searched", way="page", staff=self.staff, at__gt=since)
        line = mine.filter(pk=number).first()
        if line is None or line.account is None or line.reason is None:
            return None
        user = User.objects.filter(pk=line.account).first()
        return (Acting(self.staff, "page", line.reason), user) if user else None

    def _states(self, acting: Acting, user: User, said: dict[str, Any], *, status: int = 200) -> HttpResponse:
        tables = look(acting, user, now=self.now)
        view = {"address": shown_email(user.email), "reason": acting.reason, "tables": tables, **said}
        return self.plain("support/account.html", view, status=status)


def _is_let_in(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in settings.SUPPORT_NETWORKS)
