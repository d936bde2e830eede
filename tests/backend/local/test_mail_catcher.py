"""The local mail catcher: keeps what is sent, shows it, lets nothing in it act."""

import http.client
import smtplib
import stat
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from backend.local.embedded import mail
from backend.local.embedded.mail import MailCatcher
from backend.local.embedded.server import free_port

WITH_LINKS = "allow-popups allow-popups-to-escape-sandbox"


@pytest.fixture
def ports() -> tuple[int, int]:
    return free_port(), free_port()


@pytest.fixture
def catcher(tmp_path: Path, ports: tuple[int, int]) -> Iterator[MailCatcher]:
    with MailCatcher(tmp_path / "mail", smtp_port=ports[0], page_port=ports[1]) as running:
        yield running


def send(
    ports: tuple[int, int],
    subject: str = "Please see a doctor",
    html: str | None = None,
    text: str = "See a doctor this week.",
) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "diary@example.org", "alice@example.org", subject
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", ports[0]) as smtp:
        smtp.send_message(message, to_addrs=["alice@example.org", "bob@example.org"])


def get(ports: tuple[int, int], path: str, host: str = "127.0.0.1") -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", ports[1], timeout=10)
    connection.request("GET", path, headers={"Host": f"{host}:{ports[1]}"})
    response = connection.getresponse()
    found = response.status, response.read().decode(), dict(response.getheaders())
    connection.close()
    return found


def test_it_keeps_a_mail_with_everyone_it_went_to(catcher: MailCatcher, ports: tuple[int, int]) -> None:
    send(ports)
    [kept] = catcher.mailbox.mails()
    assert kept.recipients == ("alice@example.org", "bob@example.org")
    assert kept.message["Subject"] == "Please see a doctor"
    assert kept.body("plain") == "See a doctor this week.\n"


def test_mails_are_their_owners_alone(catcher: MailCatcher, ports: tuple[int, int]) -> None:
    send(ports)
    [file] = catcher.mailbox.directory.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(catcher.mailbox.directory.stat().st_mode) == 0o700


def test_mails_are_there_after_a_restart(catcher: MailCatcher, ports: tuple[int, int], tmp_path: Path) -> None:
    send(ports)
    assert len(mail.Mailbox(tmp_path / "mail").mails()) == 1


def test_the_oldest_go_when_there_are_too_many(
    catcher: MailCatcher, ports: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "KEPT_AT_MOST", 2)
    for subject in ("first", "second", "third"):
        send(ports, subject)
    assert [kept.message["Subject"] for kept in catcher.mailbox.mails()] == ["third", "second"]


def test_the_page_lists_the_newest_first_and_leads_to_each(catcher: MailCatcher, ports: tuple[int, int]) -> None:
    send(ports, "first")
    send(ports, "second")
    status, page, _ = get(ports, "/")
    assert status == 200
    assert page.index("second") < page.index("first")
    for kept in catcher.mailbox.mails():
        assert f'href="/mail/{kept.name}"' in page
        assert "See a doctor this week." in get(ports, f"/mail/{kept.name}")[1]


def test_an_empty_mailbox_says_so(catcher: MailCatcher, ports: tuple[int, int]) -> None:
    assert "No mail yet." in get(ports, "/")[1]


def test_the_html_of_a_mail_is_shut_in_a_sandbox(catcher: MailCatcher, ports: tuple[int, int]) -> None:
    send(ports, html="<script>alert(1)</script><p>See a doctor</p>")
    [kept] = catcher.mailbox.mails()
    page = get(ports, f"/mail/{kept.name}")[1]
    assert f'<iframe sandbox="{WITH_LINKS}" src="/html/{kept.name}"' in page
    assert "<script>" not in page
    _, _, headers = get(ports, f"/html/{kept.name}")
    assert headers["Content-Security-Policy"].startswith(f"sandbox {WITH_LINKS}; default-src 'none'")


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (
            '<html><head lang="en"><title>Hi</title></head></html>',
            '<html><head lang="en"><base target="_blank"><title>',
        ),
        ("<p>See a doctor</p>", '<base target="_blank"><p>See a doctor</p>'),
    ],
)
def test_the_links_in_a_mail_open_in_a_tab_of_their_own(
    catcher: MailCatcher, ports: tuple[int, int], html: str, shown: str
) -> None:
    send(ports, html=html)
    [kept] = catcher.mailbox.mails()
    assert get(ports, f"/html/{kept.name}")[1].startswith(shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Open http://127.0.0.1:8000/a?b=1&c=2.", 'Open <a href="{0}" target="_blank">{0}</a>.'),
        ("(http://127.0.0.1:8000/a?b=1&c=2)", '(<a href="{0}" target="_blank">{0}</a>)'),
        ("javascript:alert(1) <b>", "javascript:alert(1) &lt;b&gt;"),
    ],
)
def test_addresses_in_plain_text_are_links(catcher: MailCatcher, ports: tuple[int, int], text: str, shown: str) -> None:
    send(ports, text=text)
    [kept] = catcher.mailbox.mails()
    assert shown.format("http://127.0.0.1:8000/a?b=1&amp;c=2") in get(ports, f"/mail/{kept.name}")[1]


def test_a_subject_cannot_become_markup(catcher: MailCatcher, ports: tuple[int, int]) -> None:
    send(ports, "<img src=x onerror=alert(1)> {title}")
    [kept] = catcher.mailbox.mails()
    for path in ("/", f"/mail/{kept.name}"):
        assert "<img" not in get(ports, path)[1]


@pytest.mark.parametrize("path", ["/mail/", "/mail/../lock", "/html/nothing", "/other/nothing", "/mail/%00"])
def test_what_is_not_there_is_not_found(catcher: MailCatcher, ports: tuple[int, int], path: str) -> None:
    assert get(ports, path)[0] == 404


def test_another_sites_name_is_refused(catcher: MailCatcher, ports: tuple[int, int]) -> None:
    assert get(ports, "/", host="attacker.example")[0] == 421
