"""What a provider of short messages is: it takes a text for a number, or says why not."""

from abc import ABC, abstractmethod
from datetime import timedelta


class SmsError(Exception):
    """The text was not taken, or no one knows (`unconfirmed`).

    `permanent`: this number will not get it, now or later. `detail` says which kind of error it was, and nothing of
    number or text.
    """

    def __init__(
        self,
        detail: str,
        *,
        permanent: bool = False,
        unconfirmed: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.permanent = permanent
        self.unconfirmed = unconfirmed
        self.retry_after = retry_after


class SmsProvider(ABC):
    """One way to send short messages."""

    @abstractmethod
    def send(self, *, number: str, text: str) -> str:
        """Hand the text over for a number (E.164); gives the provider's id for it. Raises SmsError."""
