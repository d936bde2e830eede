"""What people did about an alert: who, what and when, for everyone who may see it."""

from typing import Literal

from django.conf import settings
from django.db import models
from django.db.models import Q

from alerts.models.alert import Alert
from diary.models.choices import choices, words

ResponseWord = Literal[
    "read", "acknowledged", "taken_back", "seen", "not_yet",
    "not_serious", "being_investigated", "serious", "did_not_go", "reopened",
]  # fmt: skip


class Response(models.Model):
    """One thing that someone did; lines are added and never changed.

    `word` is what was done: `read` ends that person's own repeats, `acknowledged` takes the alert on for everyone,
    `taken_back` gives it up again, the others answer "Were you seen?". `reopened` is the service's own, when no one
    answered; it has no user. So has what someone did whose account is gone. `note` is ciphertext, for the others who
    look after the patient.
    """

    patient = models.ForeignKey("diary.Patient", on_delete=models.CASCADE, related_name="+", db_index=False)
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="responses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    word = models.TextField(choices=choices(ResponseWord))
    at = models.DateTimeField()
    note = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="response_word", condition=Q(word__in=words(ResponseWord))),
            models.CheckConstraint(
                name="response_note_of_who_takes_it_on", condition=Q(note__isnull=True) | Q(word="acknowledged")
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
