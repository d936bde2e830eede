"""The kit for app makers: the service passes it, and what is broken does not."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.utils import timezone

from conformance.connection import Answer, Connection
from conformance.matching import differences
from conformance.playing import play
from conformance.script import VECTORS, scripts
from diary.identity.provisioning import issue_token, register
from tests.cast import Person
from tests.service import ROOT, Service

PASSWORD = "correct horse battery staple"
NAMES = sorted(path.stem for path in VECTORS.glob("*.json"))


def connect(api: Service, person: Person) -> Callable[[str], Connection]:
    """Each device signs in by itself."""
    return lambda _: Connection(api.url, issue_token(user=person.user, now=timezone.now()))


@pytest.mark.parametrize("name", NAMES)
def test_the_service_passes(api: Service, name: str) -> None:
    (script,) = scripts([name])
    alice = Person("Alice")
    assert play(script, connect(api, alice)) == []
    assert play(script, connect(api, alice)) == [], "a second time, over what the first left"


def test_the_command_plays_everything_and_says_so(api: Service) -> None:
    alice = Person("Alice")
    done = command("--url", api.url, "--token", alice.token)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("pass  ") == len(NAMES)
    assert done.stdout.endswith(f"{len(NAMES)} of {len(NAMES)} passed\n")


def test_the_command_signs_in_by_itself(api: Service) -> None:
    alice = register(email="alice@example.org", password=PASSWORD, name="Alice", now=timezone.now())
    done = command("--url", api.url, "--email", alice.email, "retry", CONFORMANCE_PASSWORD=PASSWORD)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_command_fails_where_the_service_does(api: Service) -> None:
    done = command("--url", api.url, "--token", "not-a-token", "retry")
    assert done.returncode == 1
    assert "FAIL  retry" in done.stdout
    assert "0 of 1 passed" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--url", "http://127.0.0.1:1"], "give --token"),
        (["--url", "nowhere", "--token", "x"], "not the address of a service"),
        (["--url", "http://127.0.0.1:1", "--token", "x", "no-such-script"], "no-such-script"),
        (["--url", "http://127.0.0.1:1", "--email", "alice@example.org"], "refused"),
    ],
)
def test_the_command_says_why_it_cannot_begin(arguments: list[str], says: str) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert says in done.stderr


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """As an app maker runs it: without this project's environment or packages."""
    return subprocess.run(
        [sys.executable, "-S", "-W", "error", "-m", "conformance", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


class Broken(Connection):
    """A service that does one thing wrong."""

    def __init__(self, url: str, token: str, wrong: Callable[[Any], None]) -> None:
        super().__init__(url, token)
        self._wrong = wrong

    def _exchange(self, method: str, path: str, raw: bytes | None, headers: Mapping[str, str]) -> Answer:
        answer = super()._exchange(method, path, raw, headers)
        if path.endswith("/sync") and answer.status == 200:
            self._wrong(answer.body)
        return answer


def forgets_that_it_has_it(body: Any) -> None:
    for result in body["results"]:
        result["status"] = result["status"].replace("unchanged", "stored")


def tells_twice(body: Any) -> None:
    body["changes"] += body["changes"]


def loses_a_change(body: Any) -> None:
    del body["changes"][-1:]


def brings_back_the_deleted(body: Any) -> None:
    for change in body["changes"]:
        if change["op"] == "delete":
            change["op"], change["data"] = "put", {}


def answers_in_another_order(body: Any) -> None:
    body["results"].reverse()


def never_ends(body: Any) -> None:
    body["has_more"] = True


def hides_what_stands(body: Any) -> None:
    for result in body["results"]:
        result.pop("current", None)


@pytest.mark.parametrize(
    ("wrong", "noticed_by"),
    [
        (forgets_that_it_has_it, "lost_answer"),
        (tells_twice, "two_devices"),
        (loses_a_change, "cursor_paging"),
        (brings_back_the_deleted, "tombstones"),
        (answers_in_another_order, "lost_answer"),
        (hides_what_stands, "conflicts"),
    ],
)
def test_a_service_that_is_wrong_is_noticed(api: Service, wrong: Callable[[Any], None], noticed_by: str) -> None:
    alice = Person("Alice")
    (script,) = scripts([noticed_by])
    assert play(script, lambda _: Broken(api.url, alice.token, wrong))


def test_a_service_that_never_ends_is_noticed(api: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.device.MOST_PAGES", 3)
    (script,) = scripts(["retry"])
    (failure, *_) = play(script, lambda _: Broken(api.url, Person("Alice").token, never_ends))
    assert "has_more is still true after 3 pages" in failure


@pytest.mark.parametrize(
    ("expected", "actual", "found"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": 1}, {"a": True}, ["/a is True, expected 1"]),
        ({"a": {"b": None}}, {"a": {}}, ["/a/b is missing"]),
        ([1, 2], [1], ["/ is [1], expected a list of 2"]),
        ({"$length": 2}, [1], ["/ has 1 items, expected 2"]),
        ({"$contains": [{"a": 1}]}, [{"a": 2}, {"a": 1}], []),
        ({"$contains": [3]}, [1], ["/ has no item like 3"]),
        ({"$length": 0}, None, ["/ is None, expected a list"]),
        ({"a": 1}, None, ["/ is None, expected an object"]),
        ({"$any": True}, None, []),
    ],
)
def test_what_an_answer_must_hold(expected: Any, actual: Any, found: list[str]) -> None:
    assert list(differences(expected, actual)) == found
