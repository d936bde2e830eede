"""`…/access-log`: who read or changed this diary, and when."""

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from diary.access.levels import Diary
from diary.access.log import access_lines
from diary.api.account_shapes import AccessLog
from diary.api.contract.description import operation
from diary.api.framework.pagination import PAGING, ListView


class AccessLogView(ListView):
    """The log, for the one whom the diary is about."""

    reach = {"GET": "own"}

    @operation("Read the access log", tag="Care circle", answers={200: AccessLog}, problems=[404], query=PAGING)
    def get(self, request: Request, patient: Diary) -> Response:
        """One page of lines, newest first, including this request.

        Every change has its own line. Reading the same thing again within a minute adds no line.
        """
        access = self.access(request)
        with transaction.atomic():
            self.note_look(request)
            lines = access_lines(patient_id=access.patient_id)
            return self.listed(request, lines, lambda page: [line.presented() for line in page])
