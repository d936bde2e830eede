"""Someone's way with the SDK from the sign-up to the sign-out, against the service and its mails."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from diary.identity.provisioning import register
from tests.clients.account import PASSWORD
from tests.clients.node import NODE, SDK, node_environment
from tests.diary.identity.authenticator import code_of
from tests.diary.identity.passkey import Passkey
from tests.service import Service

BOB = "bob@example.org"


@pytest.mark.timeout(400)
def test_it_signs_up_keeps_a_diary_and_signs_in_in_every_way(api: Service) -> None:
    register(email=BOB, password=PASSWORD, name="Bob", now=timezone.now())
    passkey = Passkey(api.url)
    answers: dict[str, Callable[[Any], Any]] = {
        "mail": api.mailbox.code_for,
        "authenticator": code_of,
        "new passkey": passkey.register,
        "passkey": passkey.sign,
    }
    assert _asked(answers, api.url)[-1] == "done"


def _asked(answers: dict[str, Callable[[Any], Any]], url: str) -> list[str]:
    """What the app asked for, in order. Raises AssertionError with all that it printed when it failed."""
    with subprocess.Popen(
        [NODE, "test/live/account.ts"],
        cwd=SDK,
        env=node_environment({"DIARY_URL": url}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as app:
        assert app.stdin
        assert app.stdout
        assert app.stderr
        asked = []
        for line in app.stdout:
            what, about = json.loads(line)
            asked.append(what)
            if what in answers:
                app.stdin.write(json.dumps(answers[what](about)) + "\n")
                app.stdin.flush()
            else:
                app.stdin.close()
        assert app.wait() == 0, app.stderr.read()
    return asked
