"""Signing out loses nothing, leaves nothing, and ends the session also where there was no network."""

from __future__ import annotations

import pytest
from device import device
from service import Service, offline

from symptom_diary_client import MemoryStore, StillWaiting

SESSION = ("DELETE", "/api/auth/app/v1/auth/session", "Bearer token")


def test_what_is_on_this_device_only_is_not_lost_unasked() -> None:
    alice = device(offline())
    alice.diary.record(worst_pain=3)
    with pytest.raises(StillWaiting):
        alice.diary.sign_out()
    assert alice.diary.status().waiting == 1
    alice.diary.sign_out(discard=True)
    assert alice.diary.list("entry") == []


def test_nothing_is_left_in_the_store() -> None:
    store = MemoryStore()
    service = Service()
    alice = device(service, store)
    alice.diary.record(symptoms={"collapse": True})
    alice.diary.sign_out()
    assert store.kept == {}
    assert service.others[-1] == SESSION
    assert alice.diary.sync().outcome == "signed_out"


def test_without_a_network_the_session_ends_at_the_next_sync_that_has_one() -> None:
    service = Service()
    alice = device(service)
    alice.diary.sync()
    service.fates += ["lost before"] * 3
    alice.diary.sign_out()
    assert alice.secrets.get("token") is None
    synced = alice.diary.sync()
    assert synced.outcome == "signed_out"
    assert synced.retry_at
    assert service.others == []
    again = device(service, secrets=alice.secrets)
    assert (again.diary.sync().retry_at, service.others) == (None, [SESSION])
    again.diary.sync()
    assert service.others == [SESSION]


def test_so_do_the_messages_that_were_pushed_here_and_before_the_session() -> None:
    service = Service()
    alice = device(service)
    alice.diary.push.register(platform="web", push_token="a-token")
    (put,) = service.others
    service.fates.append("lost before")
    alice.diary.sign_out(discard=True)
    alice.diary.sync()
    assert service.others[1:] == [("DELETE", put[1], "Bearer token"), SESSION]


def test_nothing_but_the_token_is_kept_for_that() -> None:
    service = Service(fates=["lost before"] * 9)
    alice = device(service)
    alice.diary.record(note="my health")
    alice.diary.sign_out(discard=True)
    assert alice.secrets.get("left") == '[{"token": "token", "device": null}]'
