"""Someone with an account: known by an email address."""

import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone

from diary.format.display_names import name_of_address
from diary.format.normal_form import normal_email, normal_password
from diary.models.normal_email import in_normal_form


class UserManager(BaseUserManager["User"]):
    """Users by address, whatever its spelling."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A stored user; without a password no one can sign in with one."""
        user = self.model(email=normal_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who may do everything in the admin."""
        return self.create_user(email, password, **fields, is_staff=True, is_superuser=True)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Raises `User.DoesNotExist`."""
        return self.get(email=normal_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """An account. Whether it has a diary, or only cares for someone's, is kept elsewhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=100, blank=True, default="")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    credentials_epoch = models.PositiveIntegerField(default=0, editable=False)
    """Counts changes of password, address and second factors, and sign-outs everywhere.

    A session begun before is dead, and so is what was under way (`diary.identity.flows.changing`).
    """
    links_epoch = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    """Counts what ends the links in messages: changes of password and address, and sign-outs everywhere or of links.

    Not those of second factors: a link to an emergency must not die because someone adds a passkey.
    """

    recovered_at = models.DateTimeField(null=True, editable=False)
    """When the owner last threw everyone out and has not looked yet through what was added before
    (`diary.reaching.suspending`)."""
    trusted_until = models.DateTimeField(null=True, editable=False)
    """When they had last shown who they are before that: what was added later waits for their word."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=in_normal_form("email"), name="user_email_normalised"),
            # What of `diary.format.display_names` a regular expression can say for every locale.
            models.CheckConstraint(
                condition=~Q(name__regex=r"[\u0001-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"),
                name="user_name_without_control_characters",
            ),
            models.CheckConstraint(condition=Q(name__regex=r"^([^ ](.{0,78}[^ ])?)?$"), name="user_name_length"),
            models.CheckConstraint(
                condition=Q(recovered_at__isnull=True, trusted_until__isnull=True)
                | Q(recovered_at__isnull=False, trusted_until__isnull=False),
                name="user_recovered_since_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(name__regex=r"//|[0-9A-Za-z]\.[A-Za-z][0-9A-Za-z]"), name="user_name_without_links"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_full_name(self) -> str:
        """The name to write on a letter; the address when there is none. Neither can be read as a link."""
        return self.name or name_of_address(self.email)

    def set_password(self, raw_password: str | None) -> None:
        """A new password, unsaved; saving it ends every session of the user, and every link."""
        normal = None if raw_password is None else normal_password(raw_password)
        if normal != raw_password:
            make_password(raw_password)  # allauth sets one where there is no account: as much work as checking one
        super().set_password(normal)
        self.credentials_epoch += 1
        self.links_epoch += 1

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is the password, however it is spelled. A better hash of the same password ends no session.

        Passwords were once hashed as they were typed; such a hash is made again from the normal form.
        """

        def rehash(normal: str) -> None:
            self.password = make_password(normal)
            self.save(update_fields=["password"])

        normal = None if raw_password is None else normal_password(raw_password)
        if check_password(normal, self.password, rehash):
            return True
        if normal is None or normal == raw_password or not check_password(raw_password, self.password):
            return False
        rehash(normal)
        return True

    def get_session_auth_hash(self) -> str:
        """What Django keeps in a session and compares on each use; it stays on the server, so no secret."""
        return str(self.credentials_epoch)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """No other value is ever good."""
        return iter(())
