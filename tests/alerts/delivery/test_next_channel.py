"""The next channel follows whatever becomes of the worker that saw the last one fail."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from pytest_django import Settings

from alerts import channels
from alerts.channels import ChannelError
from alerts.delivery import claim as claiming
from alerts.delivery import send as delivery
from alerts.delivery.claim import due_deliveries
from alerts.delivery.next_channel import follow, unseen_deliveries
from alerts.delivery.send import deliver
from alerts.models import Delivery
from alerts.screening.diary import screen_diary
from tests.alerts.diaries import NOON, nights_that_no_tablet_helped, write
from tests.alerts.pagers import Pager
from tests.cast import Person

LATER = NOON + timedelta(minutes=1)


class PowerCut(BaseException):
    """What ends a worker between two of its steps."""


@pytest.fixture
def pager(alice: Person, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Pager:
    """The first channel of Alice, before email."""
    pager = Pager()
    pager.pagers[alice.id] = ["red"]
    known: Any = channels.CHANNELS
    monkeypatch.setitem(known, "pager", pager)
    settings.ALERT_CHANNELS = ["pager", "email"]
    return pager


@pytest.fixture
def dies_before_it_follows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def power_cut(**_: object) -> NoReturn:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(claiming, "follow", power_cut)
        patch.setattr(delivery, "follow", power_cut)
        yield


def refuse_for_good(pager: Pager) -> None:
    pager.refuses["red"] = ChannelError("no such pager", permanent=True)


def take_back(pager: Pager) -> None:
    pager.pagers.clear()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("dies_before_it_follows")
@pytest.mark.parametrize("fail", [refuse_for_good, take_back])
def test_a_failure_that_its_worker_did_not_live_to_follow_is_followed_by_the_sweep(
    alice: Person, pager: Pager, fail: Callable[[Pager], None]
) -> None:
    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    fail(pager)
    with pytest.raises(PowerCut):
        deliver(delivery_id=due_deliveries(now=NOON).get().pk, now=NOON)
    assert list(Delivery.objects.values_list("channel", "state")) == [("pager", "failed")]

    for _ in range(2):
        for unfollowed in unseen_deliveries(now=LATER):
            follow(delivery_id=unfollowed.pk, now=LATER)
    assert set(Delivery.objects.values_list("channel", "state")) == {("pager", "failed"), ("email", "owed")}


def test_a_failure_that_was_followed_leaves_nothing_to_follow(alice: Person, pager: Pager) -> None:
    write(alice, *nights_that_no_tablet_helped())
    screen_diary(patient_id=alice.patient_id, now=NOON)
    refuse_for_good(pager)
    deliver(delivery_id=due_deliveries(now=NOON).get().pk, now=NOON)
    assert Delivery.objects.filter(channel="email", state="owed").exists()
    assert not unseen_deliveries(now=LATER).exists()
