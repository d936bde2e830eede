"""Access to Google's APIs with the key of a service account: a token that each process asks for once an hour."""

from collections.abc import Mapping
from functools import cache
from threading import Lock
from typing import Any, Final

import msgspec
from django.conf import settings
from google.auth import transport
from google.auth.credentials import TokenState
from google.auth.exceptions import GoogleAuthError, TransportError
from google.oauth2.service_account import Credentials

from alerts.channels.channel import ChannelError
from alerts.outbound import Answer, CallError, call

_SCOPE: Final = "https://www.googleapis.com/auth/firebase.messaging"
_WITHIN_SECONDS: Final = 8.0  # asked up to three times, with a pause, before a message goes out in the same minute
_lock: Final = Lock()


def project() -> str:
    """The project that the service account belongs to."""
    return str(_account(settings.FCM_CREDENTIALS)["project_id"])


def access_token() -> str:
    """A token that is valid for some minutes at least. Raises ChannelError: the fault is ours, not the recipient's."""
    credentials = _credentials(settings.FCM_CREDENTIALS)
    with _lock:
        if credentials.token_state is not TokenState.FRESH:
            try:
                credentials.refresh(_Transport())  # type: ignore[no-untyped-call]
            except GoogleAuthError as error:
                raise ChannelError(f"sign-in at Google: {type(error).__name__}") from error
        return str(credentials.token)


def forget_access_token() -> None:
    """The token was refused: the next message asks for another."""
    with _lock:
        _credentials(settings.FCM_CREDENTIALS).token = None


def _account(key: str) -> Any:
    return msgspec.json.decode(key)


@cache
def _credentials(key: str) -> Credentials:
    made: Credentials = Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
        _account(key), scopes=[_SCOPE]
    )
    return made


class _Reply(transport.Response):
    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        return self._answer.status

    @property
    def headers(self) -> Mapping[str, str]:
        return self._answer.headers

    @property
    def data(self) -> bytes:
        return self._answer.body


class _Transport(transport.Request):
    """Google's library waits two minutes for each read with its own."""

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_: Any,
    ) -> _Reply:
        try:
            return _Reply(call(url, method=method, headers=headers, content=body or b"", within=_WITHIN_SECONDS))
        except CallError as error:
            raise TransportError(error.detail) from error  # type: ignore[no-untyped-call]
