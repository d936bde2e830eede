"""A page about one diary: the reader's own, or at an address below `/caring/` that of someone who let them in."""

from collections.abc import Callable, Mapping
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from diary.models import Patient
from diary.models.user import User
from web.reader import ReaderPage


class DiaryReaderPage(ReaderPage):
    """Shows whose it is, and leads on within that diary."""

    @property
    def own(self) -> bool:
        """Whether it is the reader's own."""
        return self.access.level == "own"

    @cached_property
    def patient(self) -> User:
        """Whose it is."""
        return Patient.objects.select_related("user").get(pk=self.access.patient_id).user

    def address(self, name: str, *args: object) -> str:
        """Of the page of that name in this diary."""
        return reverse(name, args=args) if self.own else reverse(f"caring-{name}", args=[self.access.patient_id, *args])

    def page(
        self, template: str, view: Callable[[], Mapping[str, Any]] = dict, *, status: int = HTTPStatus.OK
    ) -> HttpResponse:
        """With whose diary it is: the name for someone else's, None for the reader's own."""
        around = {
            "here": self.here if self.own else "caring",
            "whose": None if self.own else self.patient.get_full_name(),
            "patient": "me" if self.own else self.access.patient_id,
            "today_page": self.address("today"),
            "diary_page": self.address("diary"),
            "overview_page": self.address("overview"),
            "alerts_page": self.address("every-alert"),
        }
        return super().page(template, lambda: {**around, **view()}, status=status)
