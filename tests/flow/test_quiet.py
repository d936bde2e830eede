"""Who writes much in one go is screened once at its end; a danger sign does not wait for that."""

import time
from collections.abc import Callable

from alerts.screening.port import QUIET
from diary.models import Patient
from tests.diary.recordings import entry
from tests.flow.person import Person
from tests.service import Service

MUCH = 5


def test_much_in_one_go_is_screened_once_and_a_danger_sign_is_answered_at_once(
    service: Service, person: Callable[[str], Person]
) -> None:
    service.start_api().start_worker()
    alice = person("Alice")

    def write(**answers: object) -> list[str]:
        new = entry(**answers)
        return [sign["rule"] for sign in alice.send("PUT", f"/api/v1/patients/me/entries/{new['id']}", new)["raised"]]

    write()
    service.wait_until_screened()
    first = screened()
    for _ in range(MUCH):
        assert write(night_pain=4) == []
        time.sleep(0.1)
    assert write(symptoms={"saddle_numbness": True}) == ["cauda_equina"]
    assert screened() == first
    service.wait_until_screened()
    before, after = first.screened_at, screened().screened_at
    assert before
    assert after
    assert after - before >= QUIET
    assert screened().screened_revision == MUCH + 2


def screened() -> Patient:
    return Patient.objects.only("screened_at", "screened_revision").get()
