"""Danger signs are heard: before the entry is recorded, without a network, each once, and through every death."""

from __future__ import annotations

from contextlib import AbstractContextManager
from threading import Event, Thread

import pytest
from device import MORNING, Device, device
from service import CAUDA_EQUINA, Service, offline

from symptom_diary_client import DangerSign, MemoryStore, Rows
from symptom_diary_client.signs.wording import Place, advice


def heard(device: Device) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(sign.stage, sign.rule, sign.signs) for sign in device.signs]


def test_without_a_network_a_danger_sign_is_shown_before_the_entry_is_recorded() -> None:
    alice = device(offline())
    recorded = alice.diary.record(symptoms={"saddle_numbness": True, "cough": True})
    assert heard(alice) == [("noted", "cauda_equina", ("saddle_numbness",))]
    (sign,) = alice.signs
    assert (sign.tier, sign.call, sign.news, sign.stored, sign.id) == (
        "emergency",
        "112",
        True,
        False,
        recorded.content["id"],
    )
    assert recorded.signs == [sign]


def test_the_most_severe_is_first_and_each_rule_comes_once_with_all_its_signs() -> None:
    alice = device(offline())
    alice.diary.record(symptoms={"leg_weak": True, "bladder_change": True, "unable_to_walk": True})
    assert heard(alice) == [
        ("noted", "cauda_equina", ("bladder_change", "unable_to_walk")),
        ("noted", "new_neurology", ("leg_weak",)),
    ]


def test_a_sign_comes_once_and_once_more_when_another_is_added() -> None:
    alice = device(offline())
    entry = alice.diary.record(symptoms={"saddle_numbness": True}).content
    alice.diary.change(entry["id"], note="since noon")
    assert len(alice.signs) == 1
    alice.diary.change(entry["id"], symptoms={"saddle_numbness": True, "both_legs_weak": True})
    assert len(alice.signs) == 2


def test_two_entries_of_a_day_make_a_sign_together_but_not_two_days() -> None:
    alice = device(offline())
    alice.diary.record(symptoms={"sudden_breathlessness": True})
    alice.diary.record(worse_on_deep_breath=True, date="2026-03-01")
    assert alice.signs == []
    alice.diary.record(worse_on_deep_breath=True)
    assert heard(alice) == [("noted", "breathing_emergency", ("sudden_breathlessness",))]


def test_no_and_not_answered_are_no_signs() -> None:
    alice = device(offline())
    alice.diary.record(symptoms={"saddle_numbness": False}, sites=["leg"])
    alice.diary.record(symptoms=None, sites=[], worst_pain=10)
    assert alice.signs == []


def test_a_broken_bone_in_the_back_after_a_small_fall_is_a_sign_of_an_event() -> None:
    alice = device(offline())
    alice.diary.put(
        "event",
        {
            "id": "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b15",
            "kind": "fracture",
            "date": "2026-03-01",
            "trauma": "minor",
            "site": "mid_back",
        },
    )
    assert heard(alice) == [("noted", "fragility_fracture", ("spinal_fracture",))]


def test_a_process_that_ends_while_it_shows_a_sign_shows_it_at_its_next_start() -> None:
    class Killed(BaseException):
        pass

    def die(_: DangerSign) -> None:
        raise Killed

    dying = device(offline(), on_danger_sign=die)
    with pytest.raises(Killed):
        dying.diary.record(symptoms={"saddle_numbness": True})
    again = device(offline(), dying.store)
    for _ in range(2):
        again.diary.open()
    assert heard(again) == [("noted", "cauda_equina", ("saddle_numbness",))]


def test_a_handler_that_fails_is_called_again_at_the_next_start() -> None:
    errors: list[Exception] = []
    failing = device(offline(), on_danger_sign=lambda _: 1 / 0, on_error=errors.append)
    entry = failing.diary.record(symptoms={"saddle_numbness": True}).content
    assert [type(error) for error in errors] == [ZeroDivisionError]
    again = device(offline(), failing.store)
    again.diary.open()
    assert [sign.id for sign in again.signs] == [entry["id"]]


def test_what_a_handler_raises_is_reported_like_any_uncaught_error(capsys: pytest.CaptureFixture[str]) -> None:
    device(offline(), on_danger_sign=lambda _: 1 / 0).diary.record(symptoms={"collapse": True})
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_sign_is_shown_even_when_the_entry_cannot_be_kept() -> None:
    class Full:
        def transaction(self) -> AbstractContextManager[Rows]:
            raise OSError("the disk is full")

    alice = device(offline(), Full())
    with pytest.raises(OSError, match="the disk is full"):
        alice.diary.record(symptoms={"saddle_numbness": True})
    assert heard(alice) == [("noted", "cauda_equina", ("saddle_numbness",))]


def test_and_even_when_what_was_given_is_no_json() -> None:
    alice = device(offline())
    with pytest.raises(ValueError, match="JSON"):
        alice.diary.record(symptoms={"saddle_numbness": True}, weight_kg=float("nan"))
    assert heard(alice) == [("noted", "cauda_equina", ("saddle_numbness",))]


def test_a_sign_that_is_added_while_another_is_being_read_is_shown_too() -> None:
    store = MemoryStore()
    shown: list[tuple[str, ...]] = []
    opened, closed = Event(), Event()

    def read(sign: DangerSign) -> None:
        shown.append(sign.signs)
        opened.set()
        assert closed.wait(10)

    alice = device(offline(), store, on_danger_sign=read)
    entry = device(offline(), store).diary.record(worst_pain=3).content
    first = Thread(target=lambda: alice.diary.change(entry["id"], symptoms={"saddle_numbness": True}))
    first.start()
    assert opened.wait(10)
    both = {"saddle_numbness": True, "both_legs_weak": True}
    second = Thread(target=lambda: alice.diary.change(entry["id"], symptoms=both))  # type: ignore[arg-type]
    second.start()
    while alice.diary.get("entry", entry["id"])["symptoms"] != both:  # type: ignore[index]
        pass
    closed.set()
    first.join(10)
    second.join(10)
    assert shown == [("saddle_numbness",), ("saddle_numbness", "both_legs_weak")]


def test_what_was_recorded_goes_up_while_the_person_still_reads_what_to_do() -> None:
    service = Service(raises=lambda _: [CAUDA_EQUINA])
    reading, closed = Event(), Event()

    def read(_: DangerSign) -> None:
        reading.set()
        assert closed.wait(10)

    alice = device(service, on_danger_sign=read)
    recording = Thread(target=lambda: alice.diary.record(symptoms={"collapse": True}))
    recording.start()
    assert reading.wait(10)
    syncing = Thread(target=alice.diary.sync)
    syncing.start()
    while alice.diary.status().waiting:
        pass
    closed.set()
    recording.join(10)
    syncing.join(10)
    assert len(service.rows) == 1


def test_a_handler_may_sync_and_record() -> None:
    service = Service(raises=lambda change: [CAUDA_EQUINA] if change["data"].get("symptoms") else [])

    def write_it_down(sign: DangerSign) -> None:
        stages.append(sign.stage)
        alice.diary.record(note="was told to call")
        alice.diary.sync()

    stages: list[str] = []
    alice = device(service, on_danger_sign=write_it_down)
    alice.diary.record(symptoms={"saddle_numbness": True})
    alice.diary.sync()
    assert stages == ["noted", "raised"]
    assert len(service.rows) == 3


def test_what_the_service_finds_comes_once_for_each_alert_and_again_for_what_is_news() -> None:
    service = Service(raises=lambda _: [CAUDA_EQUINA])
    alice = device(service)
    entry = alice.diary.record(worst_pain=3).content
    alice.diary.sync()
    service.raises = lambda _: [{**CAUDA_EQUINA, "news": False}]
    alice.diary.change(entry["id"], worst_pain=4)
    alice.diary.sync()
    assert heard(alice) == [("raised", "cauda_equina", ())]
    service.raises = lambda _: [CAUDA_EQUINA]
    alice.diary.change(entry["id"], worst_pain=5)
    alice.diary.sync()
    assert len(alice.signs) == 2


def test_a_sign_whose_first_answer_was_lost_is_news_though_the_service_has_told_it_once() -> None:
    service = Service(fates=["lost after"])
    service.raises = lambda _: [{**CAUDA_EQUINA, "news": len(service.asked) == 1}]
    alice = device(service)
    alice.diary.record(worst_pain=3)
    alice.diary.sync()
    alice.diary.sync()
    assert [(sign.stage, sign.news, sign.alert) for sign in alice.signs] == [("raised", True, CAUDA_EQUINA["alert"])]


def test_what_the_last_sync_finds_is_shown_before_signing_out_clears_it() -> None:
    alice = device(Service(raises=lambda _: [CAUDA_EQUINA]))
    alice.diary.record(worst_pain=3)
    alice.diary.sign_out()
    assert heard(alice) == [("raised", "cauda_equina", ())]


@pytest.mark.parametrize(
    ("place", "call"),
    [
        (Place("US", "Europe/Madrid"), "911"),
        (Place(None, "America/New_York"), "911"),
        (Place(None, "Asia/Calcutta"), "112"),
        (Place(None, "UTC"), "112"),
        (Place(), "112"),
    ],
)
def test_the_number_is_that_of_the_profiles_country_else_of_the_zone(place: Place, call: str) -> None:
    day = str(MORNING.date())
    said = advice(rule="cauda_equina", tier="emergency", day=day, today=day, place=place, is_own=True, language="en")
    assert said.call == call
    assert ("or your local emergency number" in said.text) == (place in (Place(), Place(None, "UTC")))


@pytest.mark.parametrize("language", ["de-AT", "es", "fr", "en", "tlh"])
def test_what_was_weeks_ago_is_told_as_that_and_in_the_persons_language(language: str) -> None:
    said = advice(
        rule="cauda_equina",
        tier="emergency",
        day="2026-02-01",
        today="2026-03-02",
        place=Place("DE"),
        is_own=True,
        language=language,
    )
    assert "112" in said.text
    assert "{" not in said.title + said.text
    assert said.text.startswith("If you still have this") == (language in ("en", "tlh"))


def test_somebody_who_writes_in_another_diary_reads_what_to_do_for_that_person() -> None:
    bob = device(offline(), patient="0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b15")
    bob.diary.record(symptoms={"collapse": True})
    assert bob.signs[0].advice.startswith("The person you wrote about")
