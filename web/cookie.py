"""The cookie of a browser that is signed in, or is about to be: it holds the token of a session, as an app would.

The session is the same kind of row (`diary.identity.sessions`): hashed, listed and ended beside those of devices.
"""

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_noop as _

from diary.problem_types import ProblemType
from diary.problems import Problem

MARK: Final = "symptom-diary"
"""What `X-Requested-With` says: no form sends that header, and a page of another site may not."""
_OWN: Final = "same-origin"
_LONGEST: Final = 200  # characters; ours have 32


def token_of(request: HttpRequest) -> str | None:
    """The token that the browser brings, or None when there is none to speak of."""
    token = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return token if 0 < len(token) <= _LONGEST else None


def keep(answer: HttpResponseBase, token: str) -> None:
    """Have the browser hold the token, as long as it is used at least once a year."""
    answer.set_cookie(
        settings.SESSION_COOKIE_NAME,
        token,
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def drop(answer: HttpResponseBase) -> None:
    """Have the browser forget it."""
    answer.delete_cookie(settings.SESSION_COOKIE_NAME, samesite="Lax")


def require_our_script(request: HttpRequest) -> None:
    """Where the cookie alone says who asks, and no form's token does. Raises Problem 403 for other sites."""
    if request.headers.get("X-Requested-With") != MARK or request.headers.get("Sec-Fetch-Site", _OWN) != _OWN:
        raise Problem(ProblemType.FORBIDDEN, _("Only pages of this service may ask here."))
