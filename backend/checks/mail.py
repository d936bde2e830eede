"""Mail: whether it can reach anyone."""

from email.utils import parseaddr
from typing import Final

from anymail.exceptions import AnymailConfigurationError
from django.conf import settings
from django.core.mail import get_connection

from backend.checks.fault import Fault
from backend.checks.secrets import is_guessable
from backend.checks.servers import is_here
from diary.format.normal_form import is_public_email, normal_email

_SMTP: Final = "django.core.mail.backends.smtp.EmailBackend"
_CATCHERS: Final = frozenset({1025, 2525})
"""Ports of programs that take every mail and deliver none (Mailpit, MailHog, MailDev, smtp4dev)."""
_NOT_PROVIDERS: Final = frozenset({"base", "base_requests", "console", "test"})


def server() -> list[Fault]:
    """By SMTP, to a server that delivers, and without a password that others can read on its way."""
    if settings.EMAIL_PROVIDER:
        return []
    if settings.EMAIL_BACKEND != _SMTP:
        return [Fault("EMAIL_URL", "must start with smtp://, smtp+tls:// or smtp+ssl://; nothing else delivers mail")]
    if settings.EMAIL_PORT in _CATCHERS and not settings.MAIL_CATCHER:
        what = "points to a mail catcher, which delivers nothing; set MAIL_CATCHER=yes if this is only a trial"
        return [Fault("EMAIL_URL", what)]
    encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if settings.EMAIL_HOST_PASSWORD and not encrypted and not is_here(settings.EMAIL_HOST):
        return [Fault("EMAIL_URL", "has a password that would be sent unencrypted; use smtp+tls://")]
    return []


def provider() -> list[Fault]:
    """One that sends, with what it asks for."""
    if not settings.EMAIL_PROVIDER:
        return []
    if settings.EMAIL_PROVIDER in _NOT_PROVIDERS:
        return [Fault("EMAIL_PROVIDER", "must be a provider that delivers mail")]
    try:
        get_connection()
    except AnymailConfigurationError as error:
        return [Fault("EMAIL_PROVIDER_SETTINGS", str(error).partition("\n")[0])]
    return []


def reports() -> list[Fault]:
    """What the provider says of mails that it took is signed by what no one can guess."""
    given = settings.ANYMAIL.get("WEBHOOK_SECRET") if settings.EMAIL_PROVIDER else None
    secrets = [given] if isinstance(given, str) else given or []
    if any(is_guessable(secret.partition(":")[2]) for secret in secrets):
        what = "must have a WEBHOOK_SECRET of a name, a colon and a long random password"
        return [Fault("EMAIL_PROVIDER_SETTINGS", what)]
    return []


def sender() -> list[Fault]:
    """An address of a public domain: other servers refuse mail from anything else."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    if is_public_email(normal_email(address)) and not any(mark in name + address for mark in "\r\n"):
        return []
    return [Fault("DEFAULT_FROM_EMAIL", "must be an address of a public domain, such as Diary <diary@example.org>")]
