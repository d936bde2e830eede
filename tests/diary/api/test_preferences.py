"""How someone wants to be called and told."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from diary.models import Preferences
from diary.reaching.preferences import channels_by_user
from tests.cast import Person, send

EVERYTHING = ["push", "web_push", "email", "sms", "webhook"]
NO_DIARY = "01900000-0000-7000-8000-000000000001"
UNSUBSCRIBED = ("patient", "tier", "since")
EVERY_TIER = {
    **dict.fromkeys(("emergency", "urgent", "see_doctor", "watch"), EVERYTHING),
    "check_up": ["push", "web_push", "email"],
}


def test_who_never_said_anything_is_told_of_everything_at_any_hour(alice: Person) -> None:
    answer = alice.get("preferences")
    assert answer.body == {
        "name": "Alice",
        "channels": EVERY_TIER,
        "quiet_hours": None,
        "language": None,
        "logging_reminder": None,
        "unsubscribed": [],
        "version": 1,
    }
    assert answer.headers["ETag"] == '"1"'


def test_a_change_keeps_what_is_left_out(alice: Person) -> None:
    alice.patch("preferences", {"quiet_hours": {"start": "22:00", "end": "07:30"}, "language": "de"})
    answer = alice.patch("preferences", {"name": "Al", "channels": {"watch": []}})
    assert answer.body == alice.get("preferences").body
    assert answer.body == {
        "name": "Al",
        "channels": EVERY_TIER | {"watch": []},
        "quiet_hours": {"start": "22:00", "end": "07:30"},
        "language": "de",
        "logging_reminder": None,
        "unsubscribed": [],
        "version": 3,
    }


def test_null_takes_quiet_hours_and_language_back(alice: Person) -> None:
    alice.patch("preferences", {"quiet_hours": {"start": "22:00", "end": "07:30"}, "language": "de"})
    body = alice.patch("preferences", {"quiet_hours": None, "language": None}).body
    assert (body["quiet_hours"], body["language"]) == (None, None)


def test_who_wants_to_be_reminded_names_the_hour_and_the_days(alice: Person) -> None:
    answer = alice.patch("preferences", {"logging_reminder": {"at": "20:00", "weekdays": [7, 1]}})
    assert answer.body["logging_reminder"] == {"at": "20:00", "weekdays": [1, 7]}
    assert alice.get("preferences").body == answer.body
    assert alice.patch("preferences", {"language": "de"}).body["logging_reminder"] == {
        "at": "20:00",
        "weekdays": [1, 7],
    }
    assert alice.patch("preferences", {"logging_reminder": None}).body["logging_reminder"] is None


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"at": "24:00", "weekdays": [1]}, "/at"),
        ({"at": "8:00", "weekdays": [1]}, "/at"),
        ({"at": "20:00"}, "/weekdays"),
        ({"at": "20:00", "weekdays": []}, "/weekdays"),
        ({"at": "20:00", "weekdays": [1, 1]}, "/weekdays"),
        ({"at": "20:00", "weekdays": [0]}, "/weekdays/0"),
        ({"at": "20:00", "weekdays": [1, 8]}, "/weekdays/1"),
        ({"at": "20:00", "weekdays": ["1"]}, "/weekdays/0"),
        ({"at": "20:00", "weekdays": [True]}, "/weekdays/0"),
        ({"at": "20:00", "weekdays": [1], "zone": "UTC"}, "/zone"),
        (True, ""),
    ],
)
def test_an_hour_or_a_day_that_there_is_not_is_refused(alice: Person, wish: object, pointer: str) -> None:
    answer = alice.patch("preferences", {"logging_reminder": wish})
    assert (answer.status, answer.pointers) == (400, {f"/logging_reminder{pointer}"})
    assert alice.get("preferences").body["logging_reminder"] is None


def test_the_same_again_changes_nothing_whatever_version_is_expected(alice: Person) -> None:
    first = alice.patch("preferences", {"language": "fr"})
    again = alice.patch("preferences", {"language": "fr"}, If_Match='"9"')
    assert (again.status, again.body) == (200, first.body)


def test_a_stale_version_changes_nothing_and_shows_what_stands(alice: Person) -> None:
    stands = alice.patch("preferences", {"language": "fr"}).body
    answer = alice.patch("preferences", {"language": "de"}, If_Match='"1"')
    assert (answer.status, answer.body["current"], answer.headers["ETag"]) == (412, stands, '"2"')
    assert alice.patch("preferences", {"language": "de"}, If_Match='"2"').body["version"] == 3


def test_a_new_name_is_what_caregivers_read(alice: Person, bob: Person) -> None:
    bob.cares_for(alice, "read")
    alice.patch("preferences", {"name": "Alice B."})
    assert bob.get("caring").body["items"][0]["name"] == "Alice B."


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Dr. Smith ", "Dr. Smith"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("Ａｌｉｃｅ", "Ａｌｉｃｅ"),
        (f" {'x' * 80} ", "x" * 80),
        ("", ""),
        ("   ", ""),
    ],
)
def test_a_name_stays_as_it_was_written_but_for_outer_spaces(alice: Person, given: str, kept: str) -> None:
    answer = alice.patch("preferences", {"name": given})
    assert (answer.status, answer.body["name"]) == (200, kept)
    assert alice.get("preferences").body["name"] == kept


def test_a_refused_name_says_why_and_never_repeats_it(alice: Person) -> None:
    (error,) = alice.patch("preferences", {"name": "go to bank.com"}).body["errors"]
    assert error == {
        "pointer": "/name",
        "code": "invalid_value",
        "detail": "must not hold a link or an address; write a space after a full stop",
    }


@pytest.mark.parametrize(
    ("given", "pointers"),
    [
        ({"channels": {"emergency": []}}, {"/channels/emergency"}),
        ({"channels": {"urgent": []}}, {"/channels/urgent"}),
        ({"channels": {"watch": ["pigeon"], "urgent": []}}, {"/channels/watch/0", "/channels/urgent"}),
        ({"channels": {"watch": ["email", "email"]}}, {"/channels/watch"}),
        ({"channels": {"watch": None}}, {"/channels/watch"}),
        ({"channels": {"later": ["email"]}}, {"/channels/later"}),
        ({"channels": None}, {"/channels"}),
        ({"channels": {"watch": "email"}}, {"/channels/watch"}),
        ({"quiet_hours": {"start": "22:00"}}, {"/quiet_hours/end"}),
        ({"quiet_hours": {"start": "22:00", "end": "22:00"}}, {"/quiet_hours/end"}),
        ({"quiet_hours": {"start": "24:00", "end": "7:00"}}, {"/quiet_hours/start", "/quiet_hours/end"}),
        ({"quiet_hours": {"start": "22:00\n", "end": "07:00:00"}}, {"/quiet_hours/start", "/quiet_hours/end"}),
        ({"quiet_hours": "night"}, {"/quiet_hours"}),
        ({"language": "xx"}, {"/language"}),
        ({"name": "a\r\nBcc: b"}, {"/name"}),
        ({"name": "line\n"}, {"/name"}),
        ({"name": "\u2028"}, {"/name"}),
        ({"name": "x" * 101}, {"/name"}),
        ({"name": "x" * 81}, {"/name"}),
        ({"name": "\u200b"}, {"/name"}),
        ({"name": "Alice \u202eecila"}, {"/name"}),
        ({"name": "Your bank: go to http://evil.example"}, {"/name"}),
        ({"name": "bank.com"}, {"/name"}),
        ({"name": "bank.com", "channels": {"urgent": []}}, {"/name", "/channels/urgent"}),
        ({"name": None}, {"/name"}),
        ({"unsubscribed": None}, {"/unsubscribed"}),
        ({"unsubscribed": ["see_doctor"]}, {"/unsubscribed/0"}),
        ({"unsubscribed": [{"patient": NO_DIARY, "tier": "see_doctor"}]}, {"/unsubscribed/0"}),
        ({"unsubscribed": [{"patient": NO_DIARY, "tier": "urgent"}]}, {"/unsubscribed/0/tier"}),
        ({"unsubscribed": [{"patient": "me", "since": 1}]}, {f"/unsubscribed/0/{at}" for at in UNSUBSCRIBED}),
        ({"version": 2}, {"/version"}),
        ({"is_staff": True}, {"/is_staff"}),
        ([], {""}),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(alice: Person, given: Any, pointers: set[str]) -> None:
    answer = alice.patch("preferences", given)
    assert (answer.status, answer.pointers) == (400, pointers)
    assert alice.get("preferences").body["version"] == 1


def test_nobody_without_a_token_gets_anywhere(db: None) -> None:
    assert [send("GET", "preferences").status, send("PATCH", "preferences", {}).status] == [401, 401]


def test_the_database_keeps_emergencies_from_being_switched_off(alice: Person) -> None:
    alice.patch("preferences", {"language": "de"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Preferences.objects.filter(user=alice.user).update(emergency=[])


def test_channels_of_many_accounts_are_known_in_one_statement(
    alice: Person, bob: Person, settings: Settings, django_assert_num_queries: Any
) -> None:
    settings.ALERT_CHANNELS = ["email", "push"]
    alice.patch("preferences", {"channels": {"see_doctor": ["push"]}})
    with django_assert_num_queries(1):
        found = channels_by_user(user_ids=[alice.id, bob.id], tier="see_doctor")
    assert found == {alice.id: ["push"], bob.id: ["email", "push"]}
