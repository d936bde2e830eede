"""The examples of the published contract that are about alerts: the story of `diary.api.contract.examples` goes on."""

from typing import Any, Final

from alerts.api.acting import CANNOT_WAIT, NOTHING_TO_CLOSE, GivenOutcome, Snoozing
from alerts.api.alerts import NOT_THEIRS, Acknowledgement, Alerts
from alerts.api.days import Days, DiaryDay
from alerts.api.endpoints import EndpointList, ShownEndpoint
from alerts.api.escalation import ShownPolicy
from alerts.api.links import LinksList, ShownLinks
from alerts.api.push_key import PushKey
from alerts.api.receipts import Receipt
from alerts.api.review import ReviewItem, ReviewList
from alerts.api.trial import Arrival, TestedWays, Wanted
from alerts.api.webhooks import Nothing, ShownWebhook, WebhookPage, WebhookWithSecret
from alerts.escalation.plan import Policy
from alerts.showing.shapes import ShownAlert
from alerts.showing.why import ScreeningNow
from alerts.webhooks.registering import Webhook
from alerts.webhooks.signing import ENOUGH_SECRETS
from diary.api.account_shapes import Joined
from diary.api.contract.examples import ALERT, ALICE, BOB, CARING, DIARY, ENTRY, SIGN
from diary.api.contract.illustrating import Examples, full, illustrate
from diary.problem_types import ProblemType
from diary.problems import CONTENT_TYPE, Problem
from diary.proof import proof_required

_DEVICE: Final = "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b14"
_DELIVERY: Final = "0195e06a-9f51-7c3e-8d0b-5a2f6c1e7b94"
_LINKS: Final = {
    "id": _DELIVERY,
    "patient": {"id": DIARY, "name": "Alice"},
    "channel": "email",
    "sent_at": "2026-03-29T06:30:03Z",
    "opened_at": None,
    "expires_at": "2026-04-28T06:30:02Z",
}
_TESTED: Final = {
    "delivery": "0195e06a-9f51-7c3e-8d0b-5a2f6c1e7b95",
    "channel": "email",
    "device": None,
    "state": "opened",
    "asked_at": "2026-03-29T07:00:00Z",
    "accepted_at": "2026-03-29T07:00:01Z",
    "arrived_at": "2026-03-29T07:00:40Z",
    "opened_at": "2026-03-29T07:00:40Z",
}
_COUNTS: Final = {"signs": {"met": True, "found": ["saddle_numbness"]}}
_EXPLAINED: Final = {
    "noted": "On 29 March 2026 you noted: numbness between the legs. With back pain, this can't wait.",
    "doctor": [
        "Counted as of 29 March 2026; rests on 1 day: 29 March 2026.",
        "Noted that day: numbness between the legs.",
    ],
    "trials": [],
}
_ALERT: Final = full(
    ShownAlert,
    id=ALERT,
    rule_version=1,
    state="acknowledged",
    met_on=ENTRY["date"],
    found_on=ENTRY["date"],
    noted="On 29 March 2026 you noted numbness, weak legs, or a bladder or bowel change.",
    evidence={"as_of": ENTRY["date"], "days": [ENTRY["date"]], "counts": _COUNTS, "trials": []},
    explained=_EXPLAINED,
    acknowledged_by={"id": BOB, "name": "Bob"},
    acknowledged_at="2026-03-29T07:02:30Z",
    outcome=None,
    outcome_by=None,
    closed_at=None,
    snoozed_until=None,
    next_step_at="2026-03-29T08:02:30Z",
    escalation=[
        {
            "step": "told",
            "due_at": "2026-03-29T06:30:02Z",
            "to": [{"id": ALICE, "name": "Alice"}],
            "taken_at": "2026-03-29T06:30:02Z",
            "dropped_at": None,
        },
        {
            "step": "escalated",
            "due_at": "2026-03-29T06:45:02Z",
            "to": [{"id": ALICE, "name": "Alice"}],
            "taken_at": "2026-03-29T06:45:02Z",
            "dropped_at": None,
        },
        {
            "step": "reminder",
            "due_at": "2026-04-12T06:30:02Z",
            "to": None,
            "taken_at": None,
            "dropped_at": "2026-03-29T07:02:30Z",
        },
        {
            "step": "question",
            "due_at": "2026-03-29T08:02:30Z",
            "to": [{"id": ALICE, "name": "Alice"}, {"id": BOB, "name": "Bob"}],
            "taken_at": None,
            "dropped_at": None,
        },
        {
            "step": "reopened",
            "due_at": "2026-03-29T10:02:30Z",
            "to": None,
            "taken_at": None,
            "dropped_at": None,
        },
    ],
    deliveries=[
        {
            "id": _DELIVERY,
            "recipient": {"id": ALICE, "name": "Alice"},
            "channel": "email",
            "endpoint": "",
            "step": "raised",
            "state": "sent",
            "attempts": 1,
            "next_attempt_at": None,
            "last_error": "",
            "drop_reason": None,
            "sent_at": "2026-03-29T06:30:04Z",
            "delivered_at": None,
            "opened_at": None,
        }
    ],
    if_real="If you do have this, go to an emergency department now, or call 112.",
    responses=[
        {"who": {"id": ALICE, "name": "Alice"}, "did": "read", "at": "2026-03-29T06:50:00Z", "note": None},
        {"who": {"id": BOB, "name": "Bob"}, "did": "acknowledged", "at": "2026-03-29T07:02:30Z", "note": "On my way."},
    ],
    read_by=[ALICE],
    **{name: SIGN[name] for name in ("rule", "tier", "title", "advice", "call")},
)
_DAY: Final = full(
    DiaryDay,
    **{
        **dict.fromkeys(DiaryDay.__struct_fields__),
        **{name: ENTRY[name] for name in ENTRY.keys() & set(DiaryDay.__struct_fields__)},
        "answered": True,
        "positive": True,
        "alerts": [{"alert": ALERT, "rule": SIGN["rule"], "tier": SIGN["tier"]}],
    },
)
_SCREENING: Final = full(
    ScreeningNow,
    as_of=ENTRY["date"],
    note=(
        "This shows what the diary holds so far. It can't rule anything out: if something worries you, see a doctor."
    ),
    assessment={"on": None, "in_force_until": None, "ask": True},
    items=[
        {
            **{name: SIGN[name] for name in ("rule", "tier", "title")},
            "rule_version": 1,
            "met": True,
            "counts": _COUNTS,
            "trials": [],
            "explained": _EXPLAINED,
            "missing": [],
        },
        {
            "rule": "coughing_blood",
            "rule_version": 1,
            "tier": "urgent",
            "title": "Blood when coughing",
            "met": False,
            "counts": {"signs": {"met": False, "found": []}},
            "trials": [],
            "explained": None,
            "missing": [{"check": "signs", "says": "None of the signs is noted for this day."}],
        },
    ],
)
_POLICY: Final = {
    "emergency": {"wait_minutes": 10, "rounds": 4},
    "urgent": {"wait_minutes": 120, "rounds": 2},
    "see_doctor": {
        "groups": [{"who": ["me"], "wait_minutes": 2880}, {"who": ["caregivers"], "wait_minutes": 2880}],
        "rounds": 1,
    },
}
_UNTOLD: Final = {
    **_ALERT,
    "state": "withdrawn",
    "acknowledged_by": None,
    "acknowledged_at": None,
    "next_step_at": None,
    "responses": [],
    "read_by": [],
    "escalation": [],
    "deliveries": [],
}
_OPEN: Final = {**_UNTOLD, "state": "open"}
_WEBHOOK: Final[dict[str, Any]] = {
    "id": "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b31",
    "url": "https://hook.example.org/diary",
    "description": "The pager of the ward",
}
_SHOWN_WEBHOOK: Final[dict[str, Any]] = _WEBHOOK | {
    "state": "active",
    "suspended": False,
    "disabled_reason": None,
    "verified_at": "2026-03-01T09:00:03Z",
    "last_error": None,
    "version": 1,
    "updated_at": "2026-03-01T09:00:00Z",
}
_NEW_WEBHOOK: Final = _SHOWN_WEBHOOK | {
    "state": "unverified",
    "verified_at": None,
    "secret": "whsec_" + "ZXhhbXBsZSBvbmx5LCBzaWducyBub3RoaW5nIQ==",
}
_EXAMPLES: Final[Examples] = {
    Nothing: {},
    Webhook: _WEBHOOK,
    ShownWebhook: full(ShownWebhook, **_SHOWN_WEBHOOK),
    WebhookWithSecret: full(WebhookWithSecret, **_NEW_WEBHOOK),
    WebhookPage: {"items": [full(ShownWebhook, **_SHOWN_WEBHOOK)], "next_cursor": None},
    ReviewList: {
        "items": [
            full(
                ReviewItem,
                id="0198c0de-7d5a-5c3e-9f2b-3a1f6f5f0b41",
                kind="webhook",
                resource=_WEBHOOK["id"],
                shown="hook.example.org",
                added_at="2026-03-01T09:00:00Z",
                suspended=True,
            )
        ],
        "next_cursor": None,
    },
    EndpointList: {
        "items": [
            full(
                ShownEndpoint, channel="email", id="", state="failing", since="2026-03-29T06:31:00Z", reason="bounced"
            ),
            full(ShownEndpoint, channel="push", id=_DEVICE, state="works", since=None, reason=None),
        ],
        "next_cursor": None,
    },
    LinksList: {"items": [full(ShownLinks, **_LINKS)], "next_cursor": None},
    Wanted: {"channel": "email"},
    Arrival: {"status": "opened"},
    TestedWays: {"items": [_TESTED]},
    PushKey: {"web_push": "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"},
    Acknowledgement: {"note": "On my way.", "delivery": _DELIVERY},
    Receipt: {"status": "read", "delivery": _DELIVERY},
    Joined: CARING | {"alerts": [_OPEN]},
    GivenOutcome: {"outcome": "being_investigated"},
    Snoozing: {"until": "2026-04-05T08:00:00+02:00"},
    Policy: _POLICY,
    ShownPolicy: _POLICY | {"version": 2},
    ShownAlert: _ALERT,
    Alerts: {"items": [_ALERT], "next_cursor": None},
    Days: {"items": [_DAY], "next_cursor": None},
    ScreeningNow: _SCREENING,
}
_ALERT_PATH: Final = "/api/v1/patients/{patient}/alerts/{id}"
_CONFLICTS: Final = {
    (f"{_ALERT_PATH}/outcome", "post"): Problem(ProblemType.NO_OUTCOME, NOTHING_TO_CLOSE, members={"current": _UNTOLD}),
    (f"{_ALERT_PATH}/snooze", "post"): Problem(ProblemType.CANNOT_SNOOZE, CANNOT_WAIT, members={"current": _OPEN}),
    (f"{_ALERT_PATH}/acknowledge", "delete"): Problem(ProblemType.CANNOT_UNDO, NOT_THEIRS, members={"current": _ALERT}),
    ("/api/v1/webhooks/{id}/rotate", "post"): Problem(ProblemType.TOO_MANY_SECRETS, ENOUGH_SECRETS),
}
_NEEDS_PROOF: Final = (
    ("/api/v1/webhooks/{id}", "put"),
    ("/api/v1/webhooks/{id}/rotate", "post"),
    ("/api/v1/account/review/{id}/confirm", "post"),
)


def show(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Put them into the generated contract."""
    illustrate(result, _EXAMPLES)
    for (path, method), problem in _CONFLICTS.items():
        result["paths"][path][method]["responses"]["409"]["content"][CONTENT_TYPE]["example"] = problem.body()
    for path, method in _NEEDS_PROOF:
        told = result["paths"][path][method]["responses"]["403"]["content"][CONTENT_TYPE]
        told["example"] = proof_required([{"id": "reauthenticate"}]).body()
    return result
