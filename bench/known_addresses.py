"""Whether the time of an answer tells if an address has an account: each operation that takes one, interleaved.

`python -m tests.servers -- python -m bench.known_addresses [PAIRS]`, on empty servers. Of each operation so many pairs
are sent, one about an address with an account and one about another, in changing order and over one connection. The
figure is the area under the ROC curve of whoever guesses by time: 0.5 tells nothing, 1 everything. The password hash is
the tests' fast one, so that it hides nothing.
"""

import os
import random
import sys
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any, Final

import django
import httpx
from rich.console import Console
from rich.table import Table

AUTH: Final = "/api/auth/app/v1"
PASSWORD: Final = "correct horse battery staple"
WARM_UP: Final = 20

Ask = Callable[[httpx.Client, str], float]


def main() -> None:
    """Run everything and print one table."""
    from django.core.management import call_command

    from tests.service import Service

    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    call_command("migrate", verbosity=0)
    table = Table("operation", "AUC", "known (ms)", "unknown (ms)", title=f"{pairs} pairs each")
    with Service() as service, httpx.Client(base_url=service.url, timeout=30) as client:
        service.start_api()
        for name, ask in operations().items():
            known, unknown = measured(client, ask, addresses(name, pairs + WARM_UP))
            medians = [f"{median(times) * 1000:.2f}" for times in (known, unknown)]
            Console().print(name, *medians)
            table.add_row(name, f"{curve_area(known, unknown):.3f}", *medians)
    Console(width=100).print(table)


def operations() -> Mapping[str, Ask]:
    """Everything that takes an address, by name."""
    return {
        "sign up": lambda client, email: timed(client, "auth/signup", email=email, password=PASSWORD),
        "sign up, wrong code": after("auth/signup", {"password": PASSWORD}, "auth/email/verify", {"key": "AAAA-AAAA"}),
        "sign in, wrong password": lambda client, email: timed(client, "auth/login", email=email, password="x" * 12),
        "forgot the password": lambda client, email: timed(client, "auth/password/request", email=email),
        "forgot the password, wrong code": after(
            "auth/password/request", {}, "auth/password/reset", {"key": "AAAA-AAAA", "password": "another pass phrase"}
        ),
        "change the address": lambda client, email: timed(client, "account/email", token=signed_in(), email=email),
        "invite": invite,
    }


def after(first: str, given: dict[str, str], second: str, body: dict[str, str]) -> Ask:
    """The second step of a flow is what is timed."""

    def ask(client: httpx.Client, email: str) -> float:
        begun = client.post(f"{AUTH}/{first}", json={"email": email, **given}).json()
        return timed(client, second, token=begun["meta"]["session_token"], **body)

    return ask


def timed(client: httpx.Client, path: str, token: str = "", **body: str) -> float:
    """Seconds until the whole answer is here."""
    headers = {"X-Session-Token": token} if token else {}
    began = time.perf_counter()
    answer = client.post(f"{AUTH}/{path}", json=body, headers=headers)
    taken = time.perf_counter() - began
    if answer.status_code not in {200, 400, 401}:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.text}")
    return taken


def invite(client: httpx.Client, email: str) -> float:
    """By an account of its own: one may invite so many a day."""
    from diary.identity.provisioning import issue_token, register

    inviter = register(email=f"i{random.getrandbits(64):x}@example.org", password=None, now=_now())
    headers = {"Authorization": f"Bearer {issue_token(user=inviter, now=_now())}"}
    client.get("/api/v1/preferences", headers=headers)
    began = time.perf_counter()
    answer = client.post("/api/v1/patients/me/caregivers", json={"email": email, "level": "alerts"}, headers=headers)
    taken = time.perf_counter() - began
    answer.raise_for_status()
    return taken


def signed_in() -> str:
    """The token of someone who has just given their password; one may change the address so many times a minute."""
    from diary.identity.provisioning import issue_token, register
    from diary.identity.sessions import SessionStore

    user = register(email=f"o{random.getrandbits(64):x}@example.org", password=PASSWORD, now=_now())
    token = issue_token(user=user, now=_now())
    session = SessionStore(token)
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return token


def addresses(name: str, count: int) -> list[tuple[str, str]]:
    """So many pairs of an address with an account and one without, of the same length."""
    from diary.identity.provisioning import register

    stem = "".join(filter(str.isalpha, name))[:8] + f"{random.getrandbits(32):08x}"
    pairs = [(f"{stem}{number:05}k@example.org", f"{stem}{number:05}u@example.org") for number in range(count)]
    for known, _ in pairs:
        register(email=known, password=PASSWORD, now=_now())
    return pairs


def measured(client: httpx.Client, ask: Ask, pairs: list[tuple[str, str]]) -> tuple[list[float], list[float]]:
    """The times of known and unknown addresses; the first few are not counted."""
    times: tuple[list[float], list[float]] = ([], [])
    for number, pair in enumerate(pairs):
        for which in random.sample((0, 1), 2):
            taken = ask(client, pair[which])
            if number >= WARM_UP:
                times[which].append(taken)
    return times


def curve_area(some: list[float], others: list[float]) -> float:
    """The area under the ROC curve, of whoever takes the slower ones for known or, if that is better, for unknown."""
    slower = sum((a > b) + (a == b) / 2 for a in some for b in others) / (len(some) * len(others))
    return max(slower, 1 - slower)


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


if __name__ == "__main__":
    os.environ |= {"DJANGO_SETTINGS_MODULE": "backend.settings", "LOG_LEVEL": "ERROR", "RATE_LIMITS": "off"}
    django.setup()
    main()
