"""The kit for app makers: the service passes it, and what is broken does not."""

import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from backend.local.embedded.mail import Mailbox, MailCatcher
from backend.local.embedded.mail_page import MailPage
from backend.local.embedded.server import free_port
from conformance.connection import Answer, Connection, check
from conformance.matching import differences
from conformance.playing import play
from conformance.script import VECTORS, scripts
from diary.identity.provisioning import issue_token, register
from diary.models import User
from tests.cast import Person
from tests.clients.node import NODE
from tests.diary.recordings import full_entry
from tests.service import ROOT, Service

PASSWORD = "correct horse battery staple"
NAMES = sorted(path.stem for path in VECTORS.glob("*.json"))
APPS = {
    "TypeScript": [NODE, "--disable-warning=ExperimentalWarning", "clients/typescript/test/live/conformance.ts"],
    "Python": [sys.executable, "clients/python/tests/conformance_app.py"],
}
FORGETFUL = """
import sys
for line in sys.stdin:
    print('{"holds": {}}', flush=True)
"""


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


@pytest.mark.nightly
@pytest.mark.timeout(300)
def test_it_can_be_played_again_and_again_on_an_account_that_holds_something(api: Service) -> None:
    alice = Person("Alice")
    full = [full_entry(date=str(timezone.now().date() - timedelta(days=day))) for day in range(600)]
    for part in (full[:300], full[300:]):
        changes = [{"type": "entry", "op": "put", "id": entry["id"], "data": entry} for entry in part]
        alice.post("patients/me/sync", {"cursor": None, "changes": changes})
    for _ in range(4):
        assert [play(script, connect(api, alice)) for script in scripts(["cursor_paging", "two_devices"])] == [[], []]


@pytest.mark.timeout(300)
def test_the_command_makes_an_account_where_it_can_read_the_mails(tmp_path: Path, transactional_db: None) -> None:
    smtp, page = free_port(), free_port()
    with MailCatcher(tmp_path / "mails", smtp_port=smtp, page_port=page), Service() as service:
        service.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{smtp}"
        service.start_api()
        for _ in range(2):
            done = command(
                "--url", service.url, "--mail-url", f"http://127.0.0.1:{page}/", "lost_answer", "two_devices"
            )
            assert (done.returncode, done.stderr) == (0, "")
    assert User.objects.count() == 2


def test_the_command_fails_where_the_service_does(api: Service, tmp_path: Path) -> None:
    app = shlex.join([sys.executable, "-c", "1/0"])
    done = command("--url", api.url, "--token", Person("Alice").token, "--app", app, "two_devices")
    assert done.returncode == 1
    assert "FAIL  two_devices" in done.stdout
    assert "the app has ended with 1" in done.stdout
    assert "0 of 1 passed" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--url", "http://127.0.0.1:1"], "give --mail-url, --token"),
        (["--url", "nowhere", "--token", "x"], "not the address of a service"),
        (["--url", "http://127.0.0.1:1", "--token", "x", "no-such-script"], "no-such-script"),
        (["--url", "http://127.0.0.1:1", "--token", "x"], "no service answers there"),
        (["--url", "http://127.0.0.1:1", "--email", "alice@example.org"], "no service answers there"),
    ],
)
def test_the_command_says_why_it_cannot_begin(arguments: list[str], says: str) -> None:
    done = command(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


def test_a_wrong_token_and_another_server_are_told_apart_from_failures(api: Service, tmp_path: Path) -> None:
    wrong = command("--url", api.url, "--token", "not-a-token")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "no way in: the token is not accepted" in wrong.stderr
    page = MailPage(Mailbox(tmp_path), port=0)
    page.start()
    another = command("--url", page.url, "--token", "x")
    nowhere = command("--url", api.url, "--mail-url", "http://127.0.0.1:1/")
    page.stop()
    assert (another.returncode, another.stdout) == (2, "")
    assert "not as this service: 404" in another.stderr
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "no page of mails answers" in nowhere.stderr


def test_a_session_that_ends_while_it_plays_is_no_failure_of_the_service(api: Service) -> None:
    (script,) = scripts(["two_devices"])
    alice = Person("Alice")
    token = alice.token
    alice.user.delete()
    assert play(script, lambda _: Connection(api.url, token))
    with pytest.raises(PermissionError), Connection(api.url, token) as connection:
        check(connection)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "app",
    [
        pytest.param(APPS["TypeScript"], id="TypeScript", marks=pytest.mark.nightly),
        pytest.param(APPS["Python"], id="Python", marks=pytest.mark.nightly),
    ],
)
def test_the_stores_of_the_sdks_pass(api: Service, app: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PYTHONPATH", "clients/python/src")
    alice = Person("Alice")
    for script in scripts([]):
        assert play(script, connect(api, alice), app) == [], script["name"]


def test_an_app_that_loses_an_edit_is_noticed(api: Service, tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text(FORGETFUL)
    (script,) = scripts(["two_devices"])
    (failure, *_) = play(script, connect(api, Person("Alice")), [sys.executable, str(app)])
    assert "is None, expected an object" in failure


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
