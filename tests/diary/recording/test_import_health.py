"""`manage.py import_health`: a file of any size, in constant memory, and killed at any moment."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any, Final
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from diary.models import AccessLine, Entry, Import
from tests.cast import Person
from tests.diary.health_files.given import given
from tests.service import ROOT, Service

GIGABYTE: Final = 2**30


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("import_health", *arguments, stdout=said)
    return said.getvalue()


@pytest.fixture
def export(tmp_path: Path) -> str:
    """Apple Health's."""
    path = tmp_path / "export.xml"
    path.write_bytes(given("apple-health.xml"))
    return str(path)


def test_a_dry_run_says_what_would_be_and_the_import_does_it(alice: Person, export: str) -> None:
    tried = run(export, "--account", alice.email, "--dry-run")
    assert "recognised as apple_health\nentry: 3 stored\nnot understood: 3, passed over: 1" in tried
    assert not Entry.objects.exists()
    done = run(export, "--account", "ALICE@example.org")
    assert "done, 3 of 3 rows" in done
    assert done.endswith(tried)
    assert "entry: 3 unchanged" in run(export, "--account", alice.email)
    assert AccessLine.objects.filter(action="imported", patient_id=alice.patient_id).count() == 1


@pytest.mark.parametrize(
    ("raw", "account", "says"),
    [
        (b"<html>", "alice@example.org", "This is not a file that can be imported here."),
        (b"date,weight\n2024-01-05,70\n", "alice@example.org", "The table does not say in which unit"),
        (b'{"format":"symptom-diary/1"}', "alice@example.org", "/patient: is required"),
        (b"date,weight_kg\n", "nobody@example.org", "There is no account with this address."),
    ],
)
def test_what_can_not_be_imported_is_said(alice: Person, tmp_path: Path, raw: bytes, account: str, says: str) -> None:
    (tmp_path / "file").write_bytes(raw)
    with pytest.raises(CommandError, match=says):
        run(str(tmp_path / "file"), "--account", account)
    with pytest.raises(CommandError, match="can't be read"):
        run(str(tmp_path / "missing"), "--account", alice.email)


class Command:
    """The command as a process of its own, which reads a pipe."""

    def __init__(self, service: Service, account: str) -> None:
        arguments = [sys.executable, "manage.py", "import_health", "-", "--account", account]
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(arguments, cwd=ROOT, env=service.environment, **pipes)

    def write(self, pieces: Iterator[bytes]) -> None:
        assert self.process.stdin is not None
        for piece in pieces:
            self.process.stdin.write(piece)
        self.process.stdin.flush()

    def feed(self, pieces: Iterator[bytes]) -> None:
        """All of them, and the end."""
        self.write(pieces)
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.stdin = None

    def finish(self) -> str:
        """What it said."""
        said: bytes = self.process.communicate(timeout=600)[0]
        assert self.process.returncode == 0
        return said.decode()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def weights(count: int) -> Iterator[bytes]:
    """A table, a minute after the other."""
    yield b"date,time,weight_kg\n"
    for minute in range(count):
        day, rest = divmod(minute, 1440)
        yield b"2024-01-%02d,%02d:%02d,70.%d\n" % (day + 1, rest // 60, rest % 60, minute % 10)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.django_db(transaction=True)
def test_killed_while_it_reads_it_has_done_nothing_and_begins_again() -> None:
    alice = Person("Alice")
    with Service() as service:
        killed = Command(service, alice.email)
        killed.write(weights(1000))
        time.sleep(2)
        killed.kill()
        assert not Import.objects.exists()
        again = Command(service, alice.email)
        again.write(weights(1000))
        assert "1000 stored" in again.finish()


@pytest.mark.django_db(transaction=True)
def test_killed_while_it_stores_it_goes_on_where_it_was_and_stores_nothing_twice() -> None:
    alice = Person("Alice")
    with Service() as service:
        killed = Command(service, alice.email)
        killed.feed(weights(12_000))
        until(Entry.objects.exists)
        killed.kill()
        begun = Entry.objects.count()
        assert 0 < begun < 12_000
        Import.objects.update(due_at=timezone.now())  # a minute later
        again = Command(service, alice.email)
        again.write(weights(12_000))
        said = again.finish()
    assert "done, 12000 of 12000 rows" in said
    assert "entry: 12000 stored" in said
    assert (Entry.objects.count(), Import.objects.count()) == (12_000, 1)


def apple_export(size: int) -> Iterator[bytes]:
    """An export of so many bytes: heart rates, and a weight among every 2,000 of them."""
    head, tail = given("apple-health.xml").split(b"</HealthData>")
    yield head
    record = (
        b' <Record type="HKQuantityTypeIdentifier%b" sourceName="Watch" sourceVersion="9.1" device="&lt;&lt;HKDevice:'
    )
    record += b' %#x&gt;, name:Watch&gt;" unit="%b" creationDate="%b" startDate="%b" endDate="%b" value="%d"/>\n'
    written = number = 0
    while written < size:
        number += 1
        day, hour = divmod(number // 2000, 24)
        at = b"20%02d-%02d-%02d %02d:%02d:%02d +0100"
        moment = at % (10 + day // 336, 1 + day // 28 % 12, 1 + day % 28, hour, number % 60, number // 60 % 60)
        what, unit = (b"BodyMass", b"kg") if number % 2000 == 0 else (b"HeartRate", b"count/min")
        written += len(piece := record % (what, number * 7919, unit, moment, moment, moment, 50 + number % 97))
        yield piece
    yield b"</HealthData>" + tail


def zipped(pieces: Iterator[bytes], path: Path) -> Iterator[bytes]:
    """The same as the zip that a phone gives."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive, archive.open("apple_health_export/export.xml", "w") as member:
        for piece in pieces:
            member.write(piece)
    with path.open("rb") as packed:
        while piece := packed.read(2**16):
            yield piece


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_zip", [False, True])
def test_a_gigabyte_takes_no_more_memory_than_a_megabyte(tmp_path: Path, *, is_zip: bool) -> None:
    def peak(size: int) -> int:
        pieces = apple_export(size)
        return _peak(zipped(pieces, tmp_path / f"{size}.zip") if is_zip else pieces)

    small, large = peak(2**20), peak(GIGABYTE)
    print(f"{small} MiB for a MiB, {large} MiB for a GiB")  # noqa: T201 - the figure that this is about
    assert large < small + 32


def _peak(pieces: Iterator[bytes]) -> int:
    """MiB that the process holds at most."""
    with Service() as service:
        command = Command(service, Person("Alice", email=f"{uuid4()}@example.org").email)
        feeding = Thread(target=command.feed, args=[pieces])
        feeding.start()
        held = 0
        while command.process.poll() is None:
            status = Path(f"/proc/{command.process.pid}/status").read_text()
            held = max([held, *(int(kib) // 1024 for kib in re.findall(r"VmHWM:\s*(\d+) kB", status))])
            time.sleep(0.02)
        feeding.join()
    assert "done" in command.finish()
    return held
