"""Signs in what was refused to someone who may not read the diary: judged alone, so that nothing of it shows."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from alerts.messages.patterns import PATTERNS
from diary.models import AccessLine, Patient
from tests.alerts.refusals import (
    EACH_KIND,
    SIGNS,
    assert_advice,
    back_pain_at_night,
    change,
    numb,
    put,
    sync,
    with_history,
)
from tests.alerts.refusals import no_alert_and_no_message as no_alert_and_no_message
from tests.cast import Person


@pytest.mark.parametrize("who", ["caregiver with alerts", "stranger"])
def test_without_a_right_to_read_the_diary_says_nothing(alice: Person, bob: Person, who: str) -> None:
    with_history(alice)
    if who == "caregiver with alerts":
        bob.cares_for(alice, "alerts")
    for body in (back_pain_at_night(), numb(), numb(night_pain=8, sites=["neck"], weight_kg=701)):
        hers, unknown = (put(bob, "entry", body, whose) for whose in (alice.patient_id, uuid4()))
        assert (hers.status, hers.body, dict(hers.headers)) == (404, unknown.body, dict(unknown.headers))
        hers, unknown = (sync(bob, change("entry", body), whose=whose) for whose in (alice.patient_id, uuid4()))
        assert (hers.status, hers.body, dict(hers.headers)) == (404, unknown.body, dict(unknown.headers))


@EACH_KIND
def test_a_stranger_gets_advice_for_the_one_they_wrote_about(alice: Person, charlie: Person, kind: str) -> None:
    Patient.objects.filter(pk=alice.patient_id).update(region="GB")
    body = SIGNS[kind][0]()
    for answer in (
        put(charlie, kind, body, alice.patient_id),
        sync(charlie, change(kind, body), whose=alice.patient_id),
    ):
        assert answer.status == 404
        assert_advice(answer.body["raised"], kind)
        assert answer.body["raised"][0]["advice"].startswith("The person you wrote about should ")
        assert "999" not in answer.body["raised"][0]["advice"]


def test_who_may_not_read_it_is_answered_in_their_own_language(alice: Person, charlie: Person) -> None:
    Patient.objects.filter(pk=alice.patient_id).update(language="de")
    charlie.patch("preferences", {"language": "es"})
    (sign,) = put(charlie, "entry", numb(), alice.patient_id).body["raised"]
    with translation.override("es"):
        assert sign["title"] == str(PATTERNS["cauda_equina"].title)


def test_an_unknown_diary_takes_the_same_statements_as_one_without_consent(alice: Person, charlie: Person) -> None:
    with_history(alice)
    body = numb()
    put(charlie, "entry", body, alice.patient_id)
    taken = []
    for whose in (alice.patient_id, uuid4()):
        with CaptureQueriesContext(connection) as captured:
            put(charlie, "entry", body, whose)
        taken.append([query["sql"].replace(str(whose), "?") for query in captured.captured_queries])
    without_times = [[sql.split("s.expire_date >")[0] for sql in statements] for statements in taken]
    assert len(without_times[0]) == len(without_times[1]) > 0


def test_a_look_at_the_diary_for_a_refused_write_is_in_its_access_log(
    alice: Person, bob: Person, charlie: Person
) -> None:
    bob.cares_for(alice, "read")
    body = numb()
    put(bob, "entry", body, alice.patient_id)
    put(charlie, "entry", body, alice.patient_id)
    assert list(AccessLine.objects.values_list("actor_id", "action", "resource")) == [(bob.id, "read", "entry")]
