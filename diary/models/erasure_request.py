"""The wish to be erased, between the first time it is said and the second."""

from django.conf import settings
from django.db import models


class ErasureRequest(models.Model):
    """At most one an account: the newest. The code that was mailed is stored hashed; `session_digest` is who asked.

    It is good while the account has the `credentials_epoch` and the address, `sent_to`, that it had then.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    code_digest = models.TextField()
    session_digest = models.TextField()
    expires_at = models.DateTimeField()
    credentials_epoch = models.PositiveIntegerField(null=True)
    sent_to = models.EmailField(max_length=254, null=True)  # noqa: DJ001 null is what older code leaves
    attempts = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.pk)
