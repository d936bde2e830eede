"""The whole story: an entry goes in, an alert arrives, someone acts.

Read this first. Everything is real: HTTP, PostgreSQL, broker, worker process, SMTP. The diaries are the synthetic ones
of the demonstration.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from backend.local.demonstration.diaries import Diary, demonstration_diaries
from tests.flow.person import Person
from tests.service import Service

Cast = Callable[[str], Person]


def test_six_weeks_of_night_pain_bring_a_see_a_doctor_mail_to_the_patient_and_her_caregiver(
    service: Service, person: Cast
) -> None:
    service.start_api().start_worker()
    alice, bob, charlie = person("Alice"), person("Bob"), person("Charlie")

    # Alice asks Bob to look out for her; he accepts with the code from his mail.
    alice.send("POST", "/api/v1/patients/me/caregivers", {"email": bob.email, "level": "alerts"})
    bob.send("POST", "/api/v1/invitations/accept", {"token": bob.mail("invit").invitation})
    alices_diary = bob.send("GET", "/api/v1/caring")["items"][0]["patient"]

    # For six weeks she writes down nights that do not get better, four of them with a painkiller that does not help.
    write(alice, night_pain_diary())

    # Both hear of it, in words, and no subject line gives it away.
    for reader in (alice, bob):
        letter = reader.mail("two weeks")
        assert "pain" not in str(letter.mail["Subject"]).lower()
        assert "night" not in str(letter.mail["Subject"]).lower()

    # The app shows what it rests on, and what became of each mail.
    (alert,) = alice.sees("alerts")["items"]
    assert (alert["rule"], alert["tier"], alert["state"]) == ("night_rest_not_responding", "see_doctor", "open")
    detail = alice.sees(f"alerts/{alert['id']}")
    assert len(detail["evidence"]["days"]) >= 10
    assert [trial["verdict"] for trial in detail["evidence"]["trials"]] == ["not_responded"]
    assert {delivery["state"] for delivery in detail["deliveries"]} == {"sent"}
    assert len(detail["deliveries"]) == 2

    # Bob follows the link in his mail without signing in and takes it on with one tap; Alice reads who is helping.
    link = bob.mail("two weeks").link
    assert "Ask" in bob.looks_at(link)
    assert alice.sees(f"alerts/{alert['id']}")["state"] == "open"
    assert "You: I&#x27;m helping now" in bob.taps(link, do="take_on", note="I'll come along.")
    taken_on = alice.sees(f"alerts/{alert['id']}")
    opened = [delivery["recipient"] for delivery in taken_on["deliveries"] if delivery["opened_at"]]
    assert (taken_on["state"], opened) == ("acknowledged", [taken_on["acknowledged_by"]])
    assert "“I'll come along.”" in alice.mail("is helping you now").text

    # Bob was let into the alerts and no further; Charlie not at all.
    assert bob.is_refused("GET", f"/api/v1/patients/{alices_diary}/entries") == 404
    assert charlie.is_refused("GET", f"/api/v1/patients/{alices_diary}/alerts") == 404
    assert service.mailbox.sent_to(charlie.email)[1:] == []


def test_new_saddle_numbness_gets_its_emergency_advice_in_the_answer_to_the_write_itself(
    service: Service, person: Cast
) -> None:
    service.start_api()
    alice = person("Alice")

    # There is no worker, and the mail server is gone as well.
    *_, (advice,) = write(alice, saddle_numbness_diary())

    assert (advice["rule"], advice["tier"], advice["call"]) == ("cauda_equina", "emergency", "999")
    assert "emergency" in advice["advice"].lower()

    # Once a worker is back, the mail goes out as well, though no one writes anything more.
    service.start_worker()
    alice.mail("999")


def test_a_back_that_settles_by_itself_alarms_nobody(service: Service, person: Cast) -> None:
    service.start_api().start_worker()
    alice = person("Alice")

    raised = write(alice, ordinary_diary())

    service.wait_until_screened()
    assert not any(raised)
    assert alice.sees("alerts")["items"] == []
    assert len(service.mailbox.sent_to(alice.email)) == 1  # the code of the sign-up


def write(writer: Person, diary: Diary) -> list[list[dict[str, str]]]:
    """The phone sends the profile, then every record; gives what each answer raised."""
    writer.send("PATCH", "/api/v1/patients/me/profile", diary.profile)
    return list(writer.write(diary.records))


def night_pain_diary() -> Diary:
    return demonstration_diaries(last_day=datetime.now(UTC).date())[0]


def saddle_numbness_diary() -> Diary:
    return demonstration_diaries(last_day=datetime.now(UTC).date())[1]


def ordinary_diary() -> Diary:
    return demonstration_diaries(last_day=datetime.now(UTC).date())[2]
