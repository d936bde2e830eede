"""`/review`: where messages go and who is in the circle, looked through after everyone was thrown out of the account.

Places that were added shortly before get nothing until their owner says that they are theirs.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.review import Kind, confirm, remove, waiting_items
from diary.problem_types import ProblemType
from diary.problems import Problem, not_found
from diary.proof import Proof
from web.identity.again import sent_to_prove
from web.page import see_other
from web.reader import ReaderPage, digest_of

KINDS: dict[Kind, Promise] = {
    "device": _("A phone or browser"),
    "webhook": _("A server"),
    "phone": _("A phone number"),
    "caregiver": _("Someone in your care circle"),
}


class ReviewPage(ReaderPage):
    """Each thing that waits, to be confirmed or removed."""

    reach = {"GET": "account", "POST": "account"}
    here = "account"

    def get(self, request: HttpRequest) -> HttpResponse:
        """What waits, those first that get nothing meanwhile."""
        waiting = waiting_items(user_id=self.caller.user_id)
        return self.page("pages/review.html", lambda: {"items": [(item, KINDS[item.kind]) for item in waiting]})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Confirm it, which takes a recent sign-in, or remove it. Raises Problem 404 for what does not wait."""
        item_id = _id(request)
        if request.POST.get("do") == "remove":
            remove(user_id=self.caller.user_id, item_id=item_id, now=self.now)
            return see_other("review")
        try:
            Proof(digest_of(request) or "", self.now).require()
        except Problem as problem:
            if problem.type is not ProblemType.PROOF_REQUIRED:
                raise
            return sent_to_prove("review")
        confirm(user_id=self.caller.user_id, item_id=item_id, now=self.now)
        return see_other("review")


def _id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("item", ""))
    except ValueError:
        raise not_found() from None
