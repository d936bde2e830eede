"""Someone with a phone and a mailbox, who does only what a person could do."""

from typing import Any, Self

import httpx

from backend.local.demonstration.phone import Phone
from tests.receiver import Received
from tests.service import Service

PASSWORD = "correct horse battery staple"


class Person(Phone):
    """Signs up, reads mail, writes a diary. Every step is an HTTP request to the running service."""

    def __init__(self, name: str, service: Service) -> None:
        super().__init__(service.url)
        self.email = f"{name.lower()}@example.org"
        self._service = service

    def sign_up(self) -> Self:
        """An account, with the address confirmed by the code that was mailed to it."""
        account = {"email": self.email, "password": PASSWORD}
        pending = self._http.post("/api/auth/app/v1/auth/signup", json=account)
        assert pending.status_code == 401, pending.text
        session = {"X-Session-Token": pending.json()["meta"]["session_token"]}
        code = {"key": self._service.mailbox.code_for(self.email)}
        confirmed = self._http.post("/api/auth/app/v1/auth/email/verify", json=code, headers=session)
        assert confirmed.status_code == 200, confirmed.text
        self.use_token(confirmed.json()["meta"]["access_token"])
        return self

    def mail(self, containing: str) -> Received:
        """The first mail in this person's inbox that says `containing`; waits for it."""
        return self._service.mailbox.wait_for(self.email, containing=containing)

    def sees(self, path: str) -> Any:
        """What the app shows of `path` below the own diary."""
        return self.send("GET", f"/api/v1/patients/me/{path}")

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """One request, and the answer as it comes."""
        return self._http.request(method, path, json=body)

    def looks_at(self, link: str) -> str:
        """What the page behind a link in a mail shows, in a browser that is signed in nowhere."""
        page = httpx.get(link)
        assert page.status_code == 200, page.text
        return page.text

    def taps(self, link: str, **fields: str) -> str:
        """What it shows after a form on it was sent."""
        page = httpx.post(link, data=fields, follow_redirects=True)
        assert page.status_code == 200, page.text
        return page.text

    def hang_up_on(self, path: str) -> None:
        """Ask for something and go away when it begins to come."""
        with self._http.stream("GET", path) as answer:
            assert answer.status_code == 200

    def is_refused(self, method: str, path: str) -> int:
        """The status with which a request is turned down."""
        answer: httpx.Response = self._http.request(method, path)
        assert answer.is_error
        return answer.status_code
