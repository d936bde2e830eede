"""An account made for one run, where the service's mails can be read: its sign-up asks for a code from one of them."""

import re
import secrets
import time
from dataclasses import dataclass
from html import unescape
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin
from urllib.request import urlopen

from conformance.connection import Answer, Connection

_AT: Final = "/api/auth/app/v1/auth"
_SECONDS: Final = 60.0
"""Until the mail must have come."""
_MAIL: Final = re.compile(r'<a href="([^"]+)">')
_TEXT: Final = re.compile(r"<pre>(.*?)</pre>", re.DOTALL)
_CODE: Final = re.compile(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Account:
    """Whom to sign in as."""

    email: str
    password: str


def made(url: str, mail_url: str) -> Account:
    """A new account, whose address was proved with the code that the mail catcher shows.

    Raises PermissionError when the service makes none, TimeoutError when no mail comes.
    """
    account = Account(f"conformance+{secrets.token_hex(6)}@example.org", secrets.token_urlsafe(24))
    with Connection(url) as connection:
        asked = {"email": account.email, "password": account.password}
        pending = _expected(connection.send("POST", f"{_AT}/signup", asked), 401, "signing up")
        session = {"X-Session-Token": pending.body["meta"]["session_token"]}
        code = {"key": _code_for(account.email, mail_url)}
        _expected(connection.send("POST", f"{_AT}/email/verify", code, session), 200, "the code from the mail")
    return account


def signed_in(url: str, account: Account) -> str:
    """The token of a new device. Raises PermissionError when the service does not give one."""
    asked = {"email": account.email, "password": account.password}
    with Connection(url) as connection:
        answer = _expected(connection.send("POST", f"{_AT}/login", asked), 200, "signing in")
    return str(answer.body["meta"]["access_token"])


def _expected(answer: Answer, status: int, what: str) -> Answer:
    if answer.status != status:
        raise PermissionError(f"{what} was answered with {answer.status}: {answer.said()}")
    return answer


def _code_for(email: str, mail_url: str) -> str:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        for item in _page(mail_url).split("<li>"):
            mail = _MAIL.search(item)
            if mail and email in unescape(item):
                text = _TEXT.search(_page(urljoin(mail_url, mail[1])))
                code = _CODE.search(unescape(text[1])) if text else None
                if code:
                    return code[1]
        time.sleep(0.2)
    raise TimeoutError(f"no mail with a code came to {mail_url} within {_SECONDS:.0f} seconds")


def _page(url: str) -> str:
    """Raises ValueError for a page that is none."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"not the address of a page: {url}")
    try:
        with urlopen(url, timeout=_SECONDS) as page:  # noqa: S310 - http or https, as the person at the keyboard says
            return str(page.read().decode())
    except HTTPError as error:
        raise ValueError(f"{url} was answered with {error.code}") from error
    except URLError as error:
        raise ConnectionError(f"no page of mails answers at {url}: {error.reason}") from error
