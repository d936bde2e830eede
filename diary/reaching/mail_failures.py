"""What comes back when a mail does not go out: from an SMTP server, from the line to it, or from a provider's API."""

from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Final

from anymail.exceptions import AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused

MAIL_FAILURES: Final = (SMTPException, OSError, AnymailError)
"""Every kind of failure; a caller that catches these can try again later."""


def is_final(error: Exception) -> bool:
    """Whether the receiving server will not have this mail, now or later (RFC 5321, section 4.2.1)."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, SMTPDataError):
        return bool(error.smtp_code >= 500)
    return isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress)
