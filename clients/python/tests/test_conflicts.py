"""Nobody's edit is replaced unseen: both versions are kept until somebody chooses."""

from __future__ import annotations

import pytest
from device import Device, device
from service import Service

from symptom_diary_client import ShownEntry


def two_with(**answers: object) -> tuple[Service, Device, Device, ShownEntry]:
    """A service, a phone and a tablet that both have an entry."""
    service = Service()
    phone, tablet = device(service), device(service)
    entry = phone.diary.record(**answers).content  # type: ignore[arg-type]
    for each in (phone, tablet):
        each.diary.sync()
    return service, phone, tablet, entry


def test_an_overtaken_edit_whose_answer_was_lost_is_no_conflict() -> None:
    service, phone, tablet, entry = two_with(worst_pain=3)
    service.fates.append("lost after")
    phone.diary.change(entry["id"], worst_pain=5)
    phone.diary.sync()
    tablet.diary.sync()
    tablet.diary.change(entry["id"], note="from the tablet")
    tablet.diary.sync()
    assert phone.diary.sync().outcome == "done"
    assert phone.conflicts == []
    found = phone.diary.get("entry", entry["id"])
    assert found
    assert (found["worst_pain"], found["note"]) == (5, "from the tablet")


def test_an_edit_that_rests_on_an_overtaken_one_replaces_nothing_unseen() -> None:
    service = Service(fates=["lost after"])
    phone, tablet = device(service), device(service)
    entry = phone.diary.record(worst_pain=3).content
    phone.diary.sync()
    phone.diary.change(entry["id"], worst_pain=9)
    tablet.diary.sync()
    tablet.diary.change(entry["id"], note="from the tablet")
    tablet.diary.sync()
    phone.diary.sync()
    (conflict,) = phone.conflicts
    assert conflict.mine
    assert conflict.theirs
    assert (conflict.mine["worst_pain"], conflict.theirs["note"]) == (9, "from the tablet")


def test_both_versions_of_a_conflict_are_kept_until_somebody_chooses() -> None:
    service, phone, tablet, entry = two_with(worst_pain=3)
    tablet.diary.change(entry["id"], worst_pain=8)
    tablet.diary.sync()
    phone.diary.change(entry["id"], worst_pain=1)
    phone.diary.sync()
    again = device(service, phone.store)
    again.diary.open()
    (conflict,) = again.diary.conflicts()
    assert conflict.mine
    assert conflict.theirs
    assert (conflict.mine["worst_pain"], conflict.theirs["worst_pain"]) == (1, 8)
    again.diary.resolve(conflict, {**conflict.theirs, "note": "both"})
    again.diary.sync()
    assert again.diary.conflicts() == []
    row = service.rows[entry["id"]]
    assert row.data
    assert (row.version, row.data["worst_pain"], row.data["note"]) == (3, 8, "both")


def test_what_was_edited_here_and_deleted_there_can_be_kept_under_a_new_id() -> None:
    service, phone, tablet, entry = two_with(worst_pain=3)
    tablet.diary.remove("entry", entry["id"])
    tablet.diary.sync()
    phone.diary.change(entry["id"], note="still here")
    phone.diary.sync()
    (conflict,) = phone.conflicts
    assert conflict.theirs is None
    under = phone.diary.resolve(conflict, "mine")
    phone.diary.sync()
    assert under
    assert under != entry["id"]
    row = service.rows[under].data
    assert row
    assert (row["id"], row["note"]) == (under, "still here")


def test_a_choice_replaces_the_version_that_the_person_has_seen_and_no_later_one() -> None:
    _, phone, tablet, entry = two_with(worst_pain=3)
    phone.diary.change(entry["id"], worst_pain=1)
    for pain in (8, 9):
        tablet.diary.change(entry["id"], worst_pain=pain)
        tablet.diary.sync()
        phone.diary.sync()
    (first,) = phone.conflicts
    phone.diary.resolve(first, "mine")
    phone.diary.sync()
    second = phone.conflicts[1]
    assert second.mine
    assert second.theirs
    assert (second.mine["worst_pain"], second.theirs["worst_pain"]) == (1, 9)


def test_what_was_read_replaces_the_version_that_was_read_whatever_came_in_between() -> None:
    _, phone, tablet, entry = two_with(worst_pain=3)
    read = phone.diary.get("entry", entry["id"])
    assert read
    tablet.diary.change(entry["id"], note="from the tablet")
    tablet.diary.sync()
    phone.diary.sync()
    read["worst_pain"] = 7
    phone.diary.put("entry", read)
    phone.diary.sync()
    (conflict,) = phone.conflicts
    assert conflict.mine
    assert conflict.theirs
    assert (conflict.mine["worst_pain"], conflict.theirs["note"]) == (7, "from the tablet")


def test_what_was_read_while_it_waited_can_be_sent_back_after_it_went_up() -> None:
    service = Service()
    phone = device(service)
    read = phone.diary.record(worst_pain=3).content
    phone.diary.sync()
    read["worst_pain"] = 4
    phone.diary.put("entry", read)
    phone.diary.sync()
    assert phone.conflicts == []
    assert service.rows[read["id"]].version == 2


def test_a_deletion_of_what_was_read_is_a_conflict_where_it_was_changed_since() -> None:
    _, phone, tablet, entry = two_with(worst_pain=3)
    tablet.diary.change(entry["id"], symptoms={"collapse": True})
    tablet.diary.sync()
    phone.diary.remove("entry", entry)
    phone.diary.sync()
    (conflict,) = phone.conflicts
    assert (conflict.mine, conflict.theirs and conflict.theirs["symptoms"]) == (None, {"collapse": True})


def test_what_both_wrote_alike_is_no_conflict() -> None:
    _, phone, tablet, entry = two_with(worst_pain=3)
    for each in (tablet, phone):
        each.diary.change(entry["id"], worst_pain=4)
        each.diary.sync()
    assert phone.conflicts == []


def test_a_side_that_was_edited_since_it_was_shown_is_shown_again() -> None:
    _, phone, tablet, entry = two_with(worst_pain=3)
    tablet.diary.change(entry["id"], worst_pain=8)
    tablet.diary.sync()
    phone.diary.change(entry["id"], worst_pain=1)
    phone.diary.sync()
    (shown,) = phone.conflicts
    phone.diary.change(entry["id"], note="and a note")
    assert phone.diary.resolve(shown, "theirs") is None
    phone.diary.open()
    assert phone.conflicts[1].mine
    assert phone.conflicts[1].mine["note"] == "and a note"


@pytest.mark.parametrize("choice", ["theirs", "both"])
@pytest.mark.parametrize("opened", ["while it waited", "while it was in conflict"])
def test_what_was_opened_replaces_nothing_that_was_chosen_since(choice: str, opened: str) -> None:
    service, phone, tablet, entry = two_with(worst_pain=3)
    tablet.diary.change(entry["id"], note="from the tablet")
    tablet.diary.sync()
    waits = phone.diary.change(entry["id"], worst_pain=7).content
    phone.diary.sync()
    open_form = waits if opened == "while it waited" else phone.diary.get("entry", entry["id"])
    assert open_form
    (conflict,) = phone.conflicts
    assert conflict.theirs
    phone.diary.resolve(conflict, "theirs" if choice == "theirs" else {**conflict.theirs, "worst_pain": 7})
    open_form["worst_pain"] = 6
    phone.diary.put("entry", open_form)
    phone.diary.sync()
    stored = service.rows[entry["id"]].data
    assert stored
    assert stored["note"] == "from the tablet"
    again = phone.conflicts[1]
    assert again.mine
    assert again.mine["worst_pain"] == 6


def test_what_was_opened_while_it_was_refused_replaces_nothing_that_came_since() -> None:
    service, phone, tablet, entry = two_with(worst_pain=3)
    service.refuses = lambda _: {"type": "about:blank", "title": "", "status": 400, "detail": ""}
    phone.diary.change(entry["id"], worst_pain=7)
    phone.diary.sync()
    open_form = phone.diary.get("entry", entry["id"])
    assert open_form
    service.refuses = lambda _: None
    tablet.diary.change(entry["id"], note="from the tablet")
    tablet.diary.sync()
    phone.diary.let_go("entry", entry["id"])
    phone.diary.sync()
    phone.diary.put("entry", open_form)
    phone.diary.sync()
    (conflict,) = phone.conflicts
    assert conflict.mine
    assert conflict.mine["worst_pain"] == 7


def test_a_deletion_of_what_was_just_recorded_is_a_conflict_where_it_was_changed_since() -> None:
    service, phone, tablet, entry = two_with(worst_pain=3)
    tablet.diary.change(entry["id"], symptoms={"collapse": True})
    for each in (tablet, phone):
        each.diary.sync()
    phone.diary.remove("entry", entry)
    phone.diary.sync()
    (conflict,) = phone.conflicts
    assert conflict.mine is None
    deletions = [change for asked in service.asked for change in asked["changes"] if change["op"] == "delete"]
    assert all(change["if_version"] for change in deletions)


def test_a_conflict_ends_where_both_have_deleted_it_in_the_end() -> None:
    _, phone, tablet, entry = two_with(worst_pain=3)
    tablet.diary.change(entry["id"], worst_pain=5)
    tablet.diary.sync()
    phone.diary.remove("entry", entry)
    phone.diary.sync()
    tablet.diary.remove("entry", entry["id"])
    for each in (tablet, phone):
        each.diary.sync()
    assert phone.diary.conflicts() == []
