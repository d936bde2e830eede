"""`/today`: a new entry, in under a minute. Nothing of yesterday is filled in."""

from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse

from diary.problems import not_found
from web.today.entry_form import EntryForm


class TodayPage(EntryForm):
    """An empty form on GET, with the id that its entry will have; stores on POST."""

    reach = {"GET": "own", "POST": "own"}
    here = "today"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        now = self.now.astimezone(self.zone)
        return self.form({"date": now.date().isoformat(), "opened": now.isoformat()}, id_=uuid4())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Store it. Raises Problem 404 for a form that was bent."""
        try:
            id_ = UUID(request.POST.get("id", ""))
        except ValueError:
            raise not_found() from None
        return self.write(id_=id_, now=self.now)
