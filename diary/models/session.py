"""A session: one signed-in device, or one sign-in that is still under way.

The key is the token that the device holds; only its SHA-256 is stored (`diary.identity.sessions`).
"""

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from diary.identity.sessions import SessionStore

_REWRITTEN = ("session_data", "expire_date", "user_id", "credentials_epoch")


class Session(AbstractBaseSession):
    """`user` and `credentials_epoch` are set once every step of the sign-in is done, and never before.

    A token is good when its row exists, `expire_date` is ahead, the user is active and both epochs are equal.
    """

    session_key = models.CharField(max_length=64, primary_key=True, db_column="digest")
    id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    """Names the session to its owner; grants nothing."""
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")
    credentials_epoch = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(session_key__regex=r"^[0-9a-f]{64}$"), name="session_key_is_a_digest"),
            models.CheckConstraint(
                condition=Q(user=None, credentials_epoch=None) | Q(user__isnull=False, credentials_epoch__isnull=False),
                name="session_signed_in_wholly_or_not",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        """The store that reads and writes these rows."""
        from diary.identity.sessions import SessionStore  # the store needs this class first

        return SessionStore

    def rewrite(self) -> bool:
        """Store the new content under the same key; False when the session is gone (it stays gone)."""
        changes = {name: getattr(self, name) for name in _REWRITTEN}
        return Session.objects.filter(pk=self.pk).update(**changes) == 1
