"""Notes at rest."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from tests.cast import Person
from tests.diary.recordings import entry, event

NOTE = "Nobody must read this canary."


def stored_notes() -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM diary_entry UNION ALL SELECT note FROM diary_event")
        return [bytes(note) for (note,) in cursor.fetchall()]


def test_a_note_is_ciphertext_in_the_database(alice: Person) -> None:
    sent = entry(note=NOTE)
    alice.put(f"patients/me/entries/{sent['id']}", sent)
    (stored,) = stored_notes()
    assert b"canary" not in stored
    assert stored.startswith(b"gAAAA")


def test_the_key_can_be_changed_without_losing_a_note(alice: Person, settings: Settings) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    settings.NOTE_KEYS = [old]
    sent = [entry(note=NOTE), entry(note=""), entry()]
    fall = event(note=NOTE)
    for body in sent:
        alice.put(f"patients/me/entries/{body['id']}", body)
    alice.put(f"patients/me/events/{fall['id']}", fall)
    before = alice.get("patients/me/entries").body

    settings.NOTE_KEYS = [new, old]
    assert alice.get("patients/me/entries").body == before
    call_command("rotate_note_keys", verbosity=0)
    settings.NOTE_KEYS = [new]

    assert alice.get("patients/me/entries").body == before
    assert alice.put(f"patients/me/entries/{sent[0]['id']}", sent[0]).status == 200
    assert alice.get(f"patients/me/events/{fall['id']}").body["note"] == NOTE


@pytest.mark.parametrize(("kind", "made"), [("entries", entry), ("events", event)])
class TestANoteThatNoKeyOpens:
    """It hides no other, says that it is there, and is lost by nothing but a new note."""

    def test_the_list_says_so_and_shows_the_others(
        self, alice: Person, settings: Settings, kind: str, made: Callable[..., dict[str, Any]]
    ) -> None:
        lost, kept = made(note=NOTE), made(note="Another.")
        alice.put(f"patients/me/{kind}/{lost['id']}", lost)
        settings.NOTE_KEYS = [Fernet.generate_key().decode()]
        alice.put(f"patients/me/{kind}/{kept['id']}", kept)

        listed = alice.get(f"patients/me/{kind}")

        assert listed.status == 200
        notes = {one["id"]: (one["note"], one["note_unreadable"]) for one in listed.body["items"]}
        assert notes == {lost["id"]: (None, True), kept["id"]: ("Another.", False)}
        assert alice.post("patients/me/sync", {"changes": []}).status == 200
        assert alice.get("account/export").status == 200

    def test_what_was_read_sent_back_keeps_it(
        self, alice: Person, settings: Settings, kind: str, made: Callable[..., dict[str, Any]]
    ) -> None:
        sent, keys = made(note=NOTE), settings.NOTE_KEYS
        path = f"patients/me/{kind}/{sent['id']}"
        alice.put(path, sent)
        settings.NOTE_KEYS = [Fernet.generate_key().decode()]
        read = alice.get(path).body

        changed = read | ({"worst_pain": 9} if kind == "entries" else {"trauma": "major"})
        assert alice.put(path, changed, If_Match='"1"').status == 200
        settings.NOTE_KEYS = keys

        assert alice.get(path).body["note"] == NOTE
        assert alice.get(path).body["version"] == 2

    def test_a_new_note_takes_its_place(
        self, alice: Person, settings: Settings, kind: str, made: Callable[..., dict[str, Any]]
    ) -> None:
        sent = made(note=NOTE)
        path = f"patients/me/{kind}/{sent['id']}"
        alice.put(path, sent)
        settings.NOTE_KEYS = [Fernet.generate_key().decode()]

        alice.put(path, sent | {"note": "Written anew."}, If_Match='"1"')

        assert alice.get(path).body["note"] == "Written anew."
        assert not alice.get(path).body["note_unreadable"]


def test_a_missing_key_is_said_and_nothing_is_lost(alice: Person, settings: Settings) -> None:
    sent = entry(note=NOTE)
    alice.put(f"patients/me/entries/{sent['id']}", sent)
    stored = stored_notes()
    settings.NOTE_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="NOTE_KEYS"):
        call_command("rotate_note_keys")
    assert stored_notes() == stored
