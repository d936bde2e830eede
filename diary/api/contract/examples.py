"""The examples of the published contract, from one small story: Alice woke with pain and with numbness, and wrote it
down; Bob may read her diary. A body says what an app would send, an answer has every field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from diary.api import account_shapes, import_shapes, shapes
from diary.api.account import Erasure
from diary.api.caregivers import Invitation, NewLevel
from diary.api.consent import Consent
from diary.api.contract.identity_examples import IDENTITY, illustrate_identity
from diary.api.contract.illustrating import Examples, full, illustrate, illustrate_problems
from diary.api.invitations import Acceptance
from diary.api.phone import Code, NewNumber
from diary.api.resources import REFUSED
from diary.format.document import FORMAT
from diary.format.faults import must_be
from diary.format.fields import Entry, Event, Profile, Treatment, Weight
from diary.format.strict_json import FieldError
from diary.problems import CONTENT_TYPE, Problem, invalid
from diary.proof import proof_required
from diary.reaching.devices import Device
from diary.reaching.phones import no_sms, not_sent, wrong_code
from diary.reaching.preferences import PreferencesChange

ALICE: Final = "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b01"
BOB: Final = "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b02"
ALERT: Final = "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b21"
DIARY: Final = "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b03"
_PLACE: Final = "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b04"
_IMPORT: Final = "0198c0de-7d5a-4c3e-9f2b-3a1f6f5f0b51"
_MISTAKE: Final = "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b15"
_CURSOR: Final = "WzQyXQ.1uYcJX0m3o2r"

TREATMENT: Final[dict[str, Any]] = {
    "id": "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b12",
    "kind": "medication",
    "name": "Ibuprofen",
    "daily_dose": 1200,
    "dose_unit": "mg",
    "started_on": "2026-03-01",
}
ENTRY: Final[dict[str, Any]] = {
    "id": "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b11",
    "date": "2026-03-29",
    "recorded_at": "2026-03-29T08:30:00+02:00",
    "time_zone": "Europe/Madrid",
    "night_pain": 6,
    "woke_from_sleep": True,
    "sites": ["lower_back"],
    "symptoms": {"cough": False, "saddle_numbness": True},
    "treatments_taken": {TREATMENT["id"]: True},
}
EVENT: Final[dict[str, Any]] = {
    "id": "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b13",
    "kind": "doctor_visit",
    "date": "2026-03-10",
    "assessed_pain": 4,
}
SIGN: Final[dict[str, Any]] = {
    "alert": ALERT,
    "rule": "cauda_equina",
    "tier": "emergency",
    "title": "New numbness, weakness, or bladder or bowel change",
    "advice": "Go to an emergency department now, or call 112. Don't wait, and don't drive yourself.",
    "call": "112",
    "state": "open",
    "news": True,
    "stored": True,
}
UNSTORED_SIGN: Final = SIGN | {"alert": None, "state": None, "stored": False}
_PROFILE: Final[dict[str, Any]] = {
    "birth_year": 1961,
    "smoking": "former",
    "time_zone": "Europe/Madrid",
    "region": "ES",
    "silence_notice_days": 7,
    "paused_until": None,
    "phone_for_circle": "+34600000000",
}
_DEVICE: Final[dict[str, Any]] = {
    "id": "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b14",
    "platform": "ios",
    "time_zone": "Europe/Madrid",
    "app_version": "1.4.0",
    "language": "es",
}
_WRITTEN: Final[dict[str, Any]] = {"version": 1, "received_at": "2026-03-29T06:30:02Z", "recorded_by": ALICE}
_STORED: Final[dict[str, Any]] = _WRITTEN | {"screened": True}
_STORED_ENTRY: Final = full(shapes.StoredEntry, **ENTRY, **_STORED, clock_skew_seconds=None, note_unreadable=False)
_STORED_TREATMENT: Final = full(shapes.StoredTreatment, **TREATMENT, **_STORED)
_STORED_EVENT: Final = full(shapes.StoredEvent, **EVENT, **_STORED, note_unreadable=False)
_BOBS_PLACE: Final[dict[str, Any]] = {
    "id": _PLACE,
    "email": "bob@example.org",
    "level": "read",
    "state": "accepted",
    "invited_at": "2026-03-20T17:00:00Z",
    "expires_at": "2026-03-27T17:00:00Z",
    "accepted_at": "2026-03-20T18:12:40Z",
    "version": 2,
    "reachable": True,
}
CARING: Final[dict[str, Any]] = {
    "patient": DIARY,
    "name": "Alice",
    "level": "read",
    "since": "2026-03-20T18:12:40Z",
    "caregiver": _PLACE,
    "reachable": True,
}
_SHOWN_DEVICE: Final = full(
    account_shapes.ShownDevice,
    **{
        **_DEVICE,
        "push_token_hint": "…78ad",
        "push_taken_at": None,
        "suspended": False,
        "version": 1,
        "updated_at": "2026-03-01T09:00:00Z",
    },
)
_NONE_YET: Final = {"stored": 0, "unchanged": 0, "conflict": 0, "deleted": 0}
_NOTHING_LEFT_OUT: Final = {"passed_over": 0, "not_understood": 0, "first": []}

BODIES: Final[Examples] = {
    Entry: ENTRY,
    Treatment: TREATMENT,
    Event: EVENT,
    Profile: _PROFILE,
    shapes.SyncRequest: {
        "cursor": _CURSOR,
        "changes": [
            {"type": "entry", "op": "put", "id": ENTRY["id"], "data": ENTRY},
            {"type": "event", "op": "delete", "id": _MISTAKE, "if_version": 1},
        ],
    },
    shapes.DiaryDocument: {
        "format": FORMAT,
        "patient": {"id": DIARY, **_PROFILE},
        "entries": [full(Entry, **ENTRY)],
        "treatments": [full(Treatment, **TREATMENT)],
        "events": [full(Event, **EVENT)],
    },
    Device: _DEVICE | {"push_token": "740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad"},
    PreferencesChange: {
        "channels": {"watch": []},
        "quiet_hours": {"start": "22:00", "end": "07:00"},
        "language": "es",
        "unsubscribed": [],
    },
    Invitation: {"email": "bob@example.org", "level": "read"},
    NewLevel: {"level": "read"},
    Acceptance: {"token": "MFRG-GZDF-MZTW-Q2LK-NNWG-23TP-OBYX-E43U"},
    NewNumber: {"number": "+34600000000"},
    Code: {"code": "271828"},
    Consent: {"version": "1", "age_at_least": 14, "region": "ES"},
    Erasure: {"password": "correct horse battery staple"},
}
_OF_THEDIARY: Final[Examples] = {
    shapes.StoredEntry: _STORED_ENTRY,
    shapes.StoredTreatment: _STORED_TREATMENT,
    shapes.StoredEvent: _STORED_EVENT,
    shapes.WrittenEntry: _STORED_ENTRY | {"screened": False, "raised": [SIGN]},
    shapes.WrittenTreatment: _STORED_TREATMENT | {"screened": False, "raised": []},
    shapes.WrittenEvent: _STORED_EVENT | {"screened": False, "raised": []},
    shapes.WrittenProfile: full(shapes.WrittenProfile, **_PROFILE, id=DIARY, version=2, raised=[]),
    shapes.StoredProfile: full(shapes.StoredProfile, **_PROFILE, id=DIARY, version=2),
    shapes.EntryPage: {"items": [_STORED_ENTRY], "next_cursor": None},
    shapes.TreatmentPage: {"items": [_STORED_TREATMENT], "next_cursor": None},
    shapes.EventPage: {"items": [_STORED_EVENT], "next_cursor": None},
    shapes.SyncAnswer: {
        "results": [
            {"id": ENTRY["id"], "status": "stored", "version": 1, "raised": [SIGN]},
            {"id": _MISTAKE, "status": "deleted", "version": 2, "raised": []},
        ],
        "changes": [{"type": "treatment", "op": "put", "id": TREATMENT["id"], "version": 1, "data": _STORED_TREATMENT}],
        "cursor": "WzQ0XQ.Yp6N0b0hJt5k",
        "has_more": False,
    },
    import_shapes.Import: {
        "id": _IMPORT,
        "kind": "diary",
        "state": "waiting",
        "accepted_at": "2026-03-29T07:01:00Z",
        "sent_by": ALICE,
        "rows": 6000,
        "done": 2500,
        "created": 2480,
        "unchanged": 19,
        "refused": 1,
        "problems": [{"type": "entry", "id": _MISTAKE, "problem": Problem(*REFUSED["gone"]).body()}],
        "profile": "changed",
        "raised": [SIGN],
        "left_out": _NOTHING_LEFT_OUT,
        "removed": 0,
        "kept": None,
    },
    import_shapes.ImportAnswer: {
        "kind": "diary",
        "entries": _NONE_YET | {"stored": 1},
        "treatments": _NONE_YET | {"stored": 1},
        "events": _NONE_YET | {"unchanged": 1},
        "profile": "changed",
        "conflicts": [],
        "raised": [SIGN],
        "left_out": _NOTHING_LEFT_OUT,
    },
}
_OF_THE_ACCOUNT: Final[Examples] = {
    account_shapes.Place: _BOBS_PLACE,
    account_shapes.Circle: {"items": [_BOBS_PLACE], "next_cursor": None, "patient_reachable": True},
    account_shapes.Caring: CARING,
    account_shapes.CaringList: {"items": [CARING], "next_cursor": None},
    account_shapes.AccessLog: {
        "items": [
            {
                "at": "2026-03-29T07:02:11Z",
                "actor": BOB,
                "actor_name": "Bob",
                "action": "read",
                "resource": "entry",
                "resource_id": ENTRY["id"],
                "recipient": None,
                "reason": None,
            }
        ],
        "next_cursor": None,
    },
    account_shapes.ShownDevice: _SHOWN_DEVICE,
    account_shapes.DevicePage: {"items": [_SHOWN_DEVICE], "next_cursor": None},
    account_shapes.ShownPreferences: {
        "name": "Alice",
        "channels": {
            "emergency": ["push", "web_push", "email", "sms", "webhook"],
            "urgent": ["push", "web_push", "email", "sms", "webhook"],
            "see_doctor": ["push", "email"],
            "check_up": ["push", "email"],
            "watch": [],
        },
        "quiet_hours": {"start": "22:00", "end": "07:00"},
        "language": "es",
        "logging_reminder": {"at": "20:00", "weekdays": [1, 2, 3, 4, 5]},
        "unsubscribed": [{"patient": DIARY, "tier": "see_doctor"}],
        "version": 2,
    },
    account_shapes.ShownPhone: {
        "number": None,
        "verified_at": None,
        "asked_number": "+34600000000",
        "code_expires_at": "2026-03-29T07:12:00Z",
        "suspended": False,
    },
    account_shapes.ShownConsent: {
        "due": False,
        "version": "1",
        "text": "I agree that this service stores the health data that I record …",
        "minimum_age": 14,
        "region": "ES",
        "given": {"version": "1", "at": "2026-03-29T07:01:00Z", "age_at_least": 14, "region": "ES"},
    },
    account_shapes.ErasureAsked: {"expires_at": "2026-03-29T07:30:00Z"},
}


_PHONE: Final = "/api/v1/preferences/phone"
_CIRCLE: Final = "/api/v1/patients/{patient}/caregivers"
_SHOW_AGAIN: Final = proof_required([{"id": "reauthenticate"}])
_REFUSED: Final[Mapping[tuple[str, str], Sequence[Problem]]] = {
    ("/api/v1/patients/{patient}/entries/{id}", "put"): (
        replace(
            invalid([FieldError("/weight_kg", "invalid_value", must_be(Weight))]),
            members={"raised": [UNSTORED_SIGN]},
        ),
    ),
    (_PHONE, "put"): (_SHOW_AGAIN, no_sms(), not_sent()),
    (_CIRCLE, "post"): (_SHOW_AGAIN,),
    (f"{_CIRCLE}/{{id}}", "patch"): (_SHOW_AGAIN,),
    (f"{_PHONE}/verify", "post"): (wrong_code(),),
}
"""Problems that say something else here than anywhere."""
_HEARD_ALL_THE_SAME: Final = [
    (f"/api/v1/patients/{{patient}}/{path}", method)
    for path, method in (("entries/{id}", "put"), ("events/{id}", "put"), ("sync", "post"), ("import", "post"))
]
"""What carries danger signs also where it is refused."""


def show(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Put them into the generated contract, and a problem beside every refusal."""
    illustrate(result, {**BODIES, **_OF_THEDIARY, **_OF_THE_ACCOUNT, **IDENTITY})
    illustrate_identity(result)
    for (path, method), problems in _REFUSED.items():
        for problem in problems:
            told = result["paths"][path][method]["responses"][str(problem.status)]
            told["content"][CONTENT_TYPE]["example"] = problem.body()
    illustrate_problems(result)
    for path, method in _HEARD_ALL_THE_SAME:
        for status, answer in result["paths"][path][method]["responses"].items():
            if status.startswith("4") and status != "401":
                told = answer["content"][CONTENT_TYPE]
                told["example"] = {"raised": [], **told["example"]}
    return result
