"""Who reads a page: the one whose token the browser's cookie holds.

Token, diary and consent are looked up by the one statement that the API uses, on every request; what a page shows of a
diary is noted in its access log before it is sent, in the words of the API.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cached_property
from http import HTTPStatus
from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import structlog
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from diary.access.levels import Access, Caller, Diary, not_signed_in
from diary.access.log import Line, note_look
from diary.api.framework.authentication import caller_of
from diary.api.framework.permissions import Reach
from diary.api.framework.repeating import IDEMPOTENT, repeated
from diary.api.framework.throttles import HOLDERS
from diary.cursors import Listing
from diary.format.strict_json import Invalid
from diary.identity.sessions import extended_expiry, token_digest
from diary.problem_types import ProblemType
from diary.problems import Problem, internal_error, method_not_allowed, not_found
from diary.reaching.languages import language_said
from diary.reaching.local_time import zone_of
from diary.screening_port import Raised
from diary.versions import Expected
from web.cookie import drop, keep, token_of
from web.kept import KEPT, fields_in, kept_of
from web.page import SCRIPTED, Page, for_anyone, language_asked, problem_page, rendered, see_other
from web.script_words import SIGNED_OUT, WORDS

_log = structlog.get_logger(__name__)

_PAGES: Final = ("web.", "support.")
"""Where pages are; everything else is no place to lead anyone to."""
NEXT: Final = "next"
"""The parameter that carries where someone was going when they were asked to sign in."""
LINES: Final = 100
"""Of a list on one page; a link leads to the rest."""
Row = TypeVar("Row")


class ReaderPage(Page):
    """A page for someone who is signed in; whoever is not is asked to sign in first."""

    reach: ClassVar[Mapping[str, Reach]]
    """How far someone must reach, for each method, as for an address of the API."""
    keeps_form: ClassVar[bool] = False
    """Whether what was sent is kept whatever becomes of it; then sending it twice is sending it once."""
    here: ClassVar[str] = ""
    """Which entry of the navigation it is."""

    headers = {**Page.headers, "Content-Security-Policy": SCRIPTED}
    caller: Caller
    now: datetime

    def holder(self, request: HttpRequest) -> UUID | None:
        """The account is counted, as far as it is known without looking it up."""
        return HOLDERS.get(digest_of(request))

    @classmethod
    def signs(cls, request: HttpRequest) -> Sequence[Raised]:  # noqa: ARG003 who keeps a form looks at it
        """The danger signs in a form that could not be looked at any further."""
        return ()

    def answered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """What the method answers; after a deadlock once more, where that does no harm.

        Raises Problem; for a form that is kept also 500, while the database is away.
        """
        if request.method not in IDEMPOTENT and not self.keeps_form:
            return self.read_by(request, *args, **kwargs)
        try:
            return repeated(self.read_by, request, *args, **kwargs)
        except OperationalError as error:
            if not self._is_kept(request):
                raise
            _log.error("not stored", error=type(error).__name__)
            raise internal_error() from error

    def read_by(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """What the method answers to this reader. Raises Problem 401, or 404 for who does not reach far enough."""
        self.now = timezone.now()
        method = "GET" if request.method == "HEAD" else request.method or ""
        if method not in self.reach:
            raise method_not_allowed(", ".join(self.reach))
        reach = self.reach[method]
        digest = digest_of(request)
        wanted = None if reach == "account" else self.diary()
        caller = caller_of(digest, patient=wanted, now=self.now) if digest else None
        if caller is None:
            raise not_signed_in()
        if reach != "account" and (caller.access is None or not caller.access.reaches(reach)):
            raise not_found()
        self.caller = caller
        page = super().answered(request, *args, **kwargs)
        if extended_expiry(expire_date=caller.expire_date, now=self.now):
            keep(page, token_of(request) or "")
        return page

    def refused(self, request: HttpRequest, problem: Problem) -> HttpResponse:
        """The page that says so; who is not signed in (any more) is led there, and back afterwards.

        A form that is kept comes with it, and the danger signs in it, whatever it is that refuses.
        """
        if self._is_kept(request):
            return self._kept(request, problem)
        if problem.type is not ProblemType.INVALID_TOKEN:
            return super().refused(request, problem)
        answer = see_other(f"{reverse('sign-in')}?{urlencode({NEXT: request.path})}")
        if token_of(request) and request.method == "POST":
            drop(answer)
        return answer

    def _is_kept(self, request: HttpRequest) -> bool:
        return self.keeps_form and request.method == "POST"

    def _kept(self, request: HttpRequest, problem: Problem) -> HttpResponse:
        signs = self.signs(request)
        if problem.type is ProblemType.INVALID_TOKEN:
            view = {NEXT: request.path, KEPT: kept_of(request), "raised": signs, **SIGNED_OUT}
            return for_anyone(request, "pages/sign_in.html", lambda: view, status=problem.status)
        if problem.status == HTTPStatus.NOT_FOUND:  # to which it can be sent no more
            return problem_page(request, problem, raised=signs)
        page = kept_page(request, signs, problem)
        for name, value in problem.headers.items():
            page[name] = value
        return page

    def diary(self) -> Diary:
        """Whose diary the address names."""
        named: Diary = self.kwargs.get("patient", "me")
        return named

    @property
    def access(self) -> Access:
        """The reader's way into the diary, which reaches as far as the page declares. Raises Problem 404."""
        if self.caller.access is None:
            raise not_found()
        return self.caller.access

    def note_look(self, line: Line) -> None:
        """What is about to be shown of a diary is noted first, though not for a HEAD, to which nothing is shown."""
        if self.request.method != "HEAD":
            way = self.access
            note_look(line, patient_id=way.patient_id, actor_id=way.actor_id, at=self.now)

    def part_of(self, listing: Listing[Row]) -> tuple[list[Row], str | None]:
        """What comes after the place that the address names, and the next place; a Problem 404 for another list's."""
        try:
            return listing.page(limit=LINES, cursor=self.request.GET.get("after"))
        except Invalid:
            raise not_found() from None

    @cached_property
    def language(self) -> str:
        """What the reader asked us for once, else what their browser asks for."""
        return language_said(user_id=self.caller.user_id) or language_asked(self.request)

    @cached_property
    def zone(self) -> tzinfo:
        """The reader's clock."""
        return zone_of(user_id=self.caller.user_id)

    def page(
        self, template: str, view: Callable[[], Mapping[str, Any]] = dict, *, status: int = HTTPStatus.OK
    ) -> HttpResponse:
        """A page in the reader's language and by their clock."""
        way = self.caller.access
        return rendered(
            template,
            lambda: {
                "reader": self.caller.user_id,
                "here": self.here,
                "layout": "pages/app.html",
                "kept_here": WORDS,
                "diary": way.patient_id if way and way.level == "own" else None,
                **view(),
            },
            language=self.language,
            zone=self.zone,
            status=status,
            request=self.request,
        )


def kept_page(request: HttpRequest, raised: Sequence[Raised], problem: Problem) -> HttpResponse:
    """What was sent and not stored, to be sent once more, below the danger signs in it."""
    view = {NEXT: request.path, "fields": fields_in(kept_of(request)), "raised": raised, "status": problem.status}
    return for_anyone(request, "pages/kept.html", lambda: view, status=problem.status)


def digest_of(request: HttpRequest) -> str | None:
    """Under which the session is stored whose token the browser brings."""
    token = token_of(request)
    return token_digest(token) if token else None


def reader_of(request: HttpRequest, *, now: datetime) -> UUID | None:
    """Whose browser it is; None for one that is signed in nowhere."""
    digest = digest_of(request)
    caller = caller_of(digest, patient=None, now=now) if digest else None
    return caller.user_id if caller else None


def version_in(request: HttpRequest) -> Expected:
    """The version that a form was made from; any, where it names none."""
    named = request.POST.get("version", "")
    return int(named) if named.isascii() and named.isdecimal() and len(named) < 10 else "*"


def way_on(request: HttpRequest) -> str | None:
    """Where the reader was going: an address of a page here, or None. It never leads to another site."""
    given = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    if not given.startswith("/") or not url_has_allowed_host_and_scheme(given, allowed_hosts=None):
        return None
    try:
        found = resolve(urlsplit(given).path)
    except (Resolver404, ValueError):
        return None
    return given if found.func.__module__.startswith(_PAGES) else None
