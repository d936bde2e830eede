"""A page of an account for who has just shown who it is: what is changed here could keep its owner out."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

from django.http import HttpRequest, HttpResponse

from diary.problems import not_found
from diary.proof import has_fresh_proof
from web.identity.again import sent_to_prove
from web.identity.step import Step
from web.identity.step_page import carried
from web.page import see_other
from web.reader import ReaderPage, digest_of


class ProvedPage(ReaderPage):
    """`name` is the page's in the addresses; a form says in `do` which of its acts is meant."""

    reach = {"GET": "account", "POST": "account"}
    here = "account"
    name: ClassVar[str]
    without_proof: ClassVar[frozenset[str]] = frozenset()
    """Acts that the API takes without it as well."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """How it is now."""
        return self.shown() if self._proved() else sent_to_prove(self.name)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do it. Raises Problem 404 for what there is not."""
        named = request.POST.get("do", "")
        if (act := self.acts().get(named)) is None:
            raise not_found()
        return act() if named in self.without_proof or self._proved() else sent_to_prove(self.name)

    @abstractmethod
    def acts(self) -> Mapping[str, Callable[[], HttpResponse]]:
        """What can be done here."""

    @abstractmethod
    def shown(self, *, refused: Step | None = None) -> HttpResponse:
        """The page, with what was wrong with a step that was refused."""

    def after(self, taken: Step) -> HttpResponse:
        """The page again: with what was wrong, else as it is now."""
        return self.shown(refused=taken) if taken.is_refused else carried(see_other(self.name), taken)

    def _proved(self) -> bool:
        return has_fresh_proof(session_digest=digest_of(self.request) or "", now=self.now)
