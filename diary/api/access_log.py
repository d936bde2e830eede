"""`…/access-log`: who read or changed this diary, and when."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from diary.access.levels import Diary
from diary.access.log import access_lines
from diary.api.account_shapes import AccessLog
from diary.api.contract import PAGING, operation
from diary.api.requests import page, query
from diary.api.view import ApiView, answered


class AccessLogView(ApiView):
    """The log, for the one whom the diary is about."""

    @operation(
        "See who read or changed the diary", tag="Care circle", answers={200: AccessLog}, problems=[404], query=PAGING
    )
    def get(self, request: HttpRequest, patient: Diary) -> HttpResponse:
        """One page of lines, newest first, this look at the log included.

        A change is always a line of its own. Who reads the same thing again within a minute leaves one line.
        """
        access = self.access(request, patient, "own")
        asked = page(query(request, "limit", "cursor"))
        with transaction.atomic():
            self.note_look(request)
            items, next_cursor = access_lines(patient_id=access.patient_id, limit=asked.limit, after=asked.cursor)
        return answered({"items": items, "next_cursor": next_cursor})
