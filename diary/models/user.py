"""Somebody with an account: known by an e-mail address."""

import unicodedata
import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils import timezone


def normalise_email(email: str) -> str:
    """One spelling for one address: NFKC, lower-case, no outer blanks."""
    folded = unicodedata.normalize("NFKC", email).strip().lower()
    return unicodedata.normalize("NFKC", folded)  # lowering can leave a letter decomposed


class _Nfkc(Func):
    """The database's own NFKC, so that the constraint does not rest on what Python did."""

    function = "NORMALIZE"
    template = "%(function)s(%(expressions)s, NFKC)"
    output_field = models.CharField()


class UserManager(BaseUserManager["User"]):
    """Users by address, whatever its spelling."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A stored user; without a password nobody can sign in with one."""
        user = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who may do everything in the admin."""
        return self.create_user(email, password, **fields, is_staff=True, is_superuser=True)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Raises `User.DoesNotExist`."""
        return self.get(email=normalise_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """An account. Whether it has a diary, or only cares for somebody's, is told elsewhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=100, blank=True, default="")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    credentials_epoch = models.PositiveIntegerField(default=0, editable=False)
    """Counts changes of the password and sign-outs everywhere: a session begun before is dead."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(email=Lower(F("email"))) & Q(email=_Nfkc(F("email"))),
                name="user_email_normalised",
            ),
            models.CheckConstraint(
                condition=~Q(name__regex=r"[\u0001-\u001f\u007f-\u009f\u2028\u2029]"),
                name="user_name_without_control_characters",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_full_name(self) -> str:
        """The name to write on a letter; the address when there is none."""
        return self.name or self.email

    def set_password(self, raw_password: str | None) -> None:
        """A new password, unsaved; saving it ends every session of the user."""
        super().set_password(raw_password)
        self.credentials_epoch += 1

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is the password. A better hash of the same password ends no session."""

        def rehash(raw: str) -> None:
            self.password = make_password(raw)
            self.save(update_fields=["password"])

        return check_password(raw_password, self.password, rehash)

    def get_session_auth_hash(self) -> str:
        """What Django keeps in a session and compares on each use; it stays on the server, so no secret."""
        return str(self.credentials_epoch)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """No other value is ever good."""
        return iter(())
