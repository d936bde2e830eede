"""Someone who can sign in."""

from django.utils import timezone

from diary.identity.provisioning import register

ALICE = "alice@example.org"
PASSWORD = "correct horse battery staple"


def somebody() -> dict[str, str]:
    """A new account, as the environment tells a client's app."""
    register(email=ALICE, password=PASSWORD, name="Alice", now=timezone.now())
    return {"DIARY_EMAIL": ALICE, "DIARY_PASSWORD": PASSWORD}
