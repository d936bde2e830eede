"""The framework's throttles over the counters of `diary.api.framework.limiting`. They run before any look-up."""

from typing import Any, Final
from uuid import UUID

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from diary.api.framework.bearer import token_digest_of
from diary.api.framework.limiting import Holders, few_at_once, seconds_to_wait
from diary.problems import Problem

HOLDERS: Final = Holders()
"""Whose the tokens are that were used in this process."""


def holder_of(request: Request) -> UUID | None:
    """Whose token the request brings, as far as that is known without looking it up."""
    return HOLDERS.get(token_digest_of(request))


class RateThrottle(BaseThrottle):
    """Requests a minute, by account and by network address."""

    _wait = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request, for as many small ones as the view says it costs."""
        costs = getattr(view, "costs", {})
        self._wait = seconds_to_wait(
            request._request, holder=self.holder(request), cost=costs.get(request.method or "", 1)
        )
        return self._wait <= 0

    def holder(self, request: Request) -> UUID | None:
        """Who is counted; None counts the network address alone."""
        return holder_of(request)

    def wait(self) -> float:
        """Seconds."""
        return self._wait


class NetworkThrottle(RateThrottle):
    """The same for what anyone may ask, signed in or not."""

    def holder(self, request: Request) -> None:
        """No one is looked for."""


class AtOnceThrottle(BaseThrottle):
    """How many requests an account may have going on at the addresses that set `at_once`."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Take a place, which the view gives back when it has answered."""
        if view.at_once is None:
            return True
        who = holder_of(request) or token_digest_of(request)
        try:
            view.going_on.enter_context(few_at_once(str(who), most=view.at_once))
        except Problem:
            return False
        return True

    def wait(self) -> float:
        """Seconds: these places come free quickly."""
        return 1.0
