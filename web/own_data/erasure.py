"""`/account/erase`: the end of an account and all that is in it: what goes and what stays, a code by mail, and then."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.account.erase import Asker, asked_already
from diary.api.account import Erasure, erasure_step
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found, said
from web.cookie import drop
from web.identity.again import sent_to_prove
from web.page import for_anyone, see_other
from web.reader import ReaderPage, digest_of

_LONGEST_CODE: Final = 100
_EVERYTHING_HERE: Final = '"cache", "storage"'


class ErasurePage(ReaderPage):
    """In two steps, as for apps."""

    reach = {"GET": "account", "POST": "account"}
    here = "account"

    def get(self, request: HttpRequest) -> HttpResponse:
        """What it means, and the step that comes next."""
        return self._shown()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Mail a code, or erase everything with it. Raises Problem 404."""
        code = "".join(request.POST.get("code", "").split())[:_LONGEST_CODE]
        steps = {"ask": Erasure(), "erase": Erasure(code=code)}
        if (given := steps.get(request.POST.get("do", ""))) is None:
            raise not_found()
        try:
            asked_until = erasure_step(request, asker=self._asker(), given=given, now=self.now)
        except Problem as problem:
            if problem.type is ProblemType.PASSWORD_REQUIRED:
                return sent_to_prove("erase")
            if problem.type is ProblemType.WRONG_CODE:
                return self._shown(fault=_("This code is wrong or too old. Check the newest email."))
            if problem.type is ProblemType.NOT_FOUND:
                raise
            return self._shown(problem=problem)
        return see_other("erase") if asked_until else _gone(request)

    def _asker(self) -> Asker:
        return Asker(self.caller.user_id, digest_of(self.request) or "")

    def _shown(self, *, fault: Promise | None = None, problem: Problem | None = None) -> HttpResponse:
        asked = asked_already(asker=self._asker(), now=self.now)
        status = problem.status if problem else HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK
        return self.page(
            "pages/erase.html",
            lambda: {"asked": asked, "faults": {"code": fault}, "fault": problem and said(problem.detail)},
            status=status,
        )


def _gone(request: HttpRequest) -> HttpResponse:
    """Nothing of it stays in this browser either."""
    rotate_token(request)
    answer = for_anyone(request, "pages/erased.html")
    answer["Clear-Site-Data"] = _EVERYTHING_HERE
    drop(answer)
    return answer
