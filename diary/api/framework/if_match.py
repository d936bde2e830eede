"""`If-Match`: which version a write replaces."""

import re
from typing import Final

from django.utils.translation import gettext_noop as _
from rest_framework.request import Request

from diary.problem_types import ProblemType
from diary.problems import Problem
from diary.versions import Expected

_ETAG: Final = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})"', re.ASCII)


def expected_version(request: Request) -> Expected:
    """The version in `If-Match`: `"3"`, `W/"3"` (a proxy made it weak), `*`, or None without the header.

    Raises Problem 400 for anything else.
    """
    header = request.META.get("HTTP_IF_MATCH")
    if header is None or header == "*":
        return header
    found = _ETAG.fullmatch(header.strip())
    if found is None:
        raise Problem(
            ProblemType.INVALID_IF_MATCH, _('If-Match must be * or one version in quotation marks, such as "3".')
        )
    return int(found[1])
