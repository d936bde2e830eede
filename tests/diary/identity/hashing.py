"""A password hasher that counts: how often it works is most of how long an answer takes."""

from typing import ClassVar

from django.contrib.auth.hashers import MD5PasswordHasher


class CountingHasher(MD5PasswordHasher):
    """MD5, counted."""

    algorithm = "md5"
    worked: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> str:
        """One unit of work."""
        CountingHasher.worked += 1
        return super().encode(password, salt)
