"""Made-up people with diaries, and the requests their phones send."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from django.utils import timezone

from bench.load import request
from diary.identity.provisioning import issue_token, register


class Phone:
    """A made-up person's device session; of someone new, unless it is told whose."""

    def __init__(self, *, email: str = "", token: str = "") -> None:
        self.email = email or f"{uuid4().hex}@bench.example"
        now = timezone.now()
        self.token = token or issue_token(user=register(email=self.email, password=uuid4().hex, now=now), now=now)

    def put(self, entry: dict[str, Any]) -> bytes:
        """The request that writes one entry."""
        return request("PUT", f"/api/v1/patients/me/entries/{entry['id']}", token=self.token, body=entry)

    def sync(self, entries: list[dict[str, Any]]) -> bytes:
        """The request that writes many entries at once."""
        changes = [{"type": "entry", "op": "put", "id": entry["id"], "data": entry} for entry in entries]
        body = {"cursor": None, "changes": changes}
        return request("POST", "/api/v1/patients/me/sync", token=self.token, body=body)

    def cursor(self, port: int) -> str:
        """Where the diary ends at this moment, as its phone has it after a sync."""
        found: str | None = None
        while True:
            asked = httpx.post(
                f"http://127.0.0.1:{port}/api/v1/patients/me/sync",
                json={"cursor": found, "changes": []},
                headers={"Authorization": f"Bearer {self.token}"},
            )
            answer = asked.raise_for_status().json()
            found = str(answer["cursor"])
            if not answer["has_more"]:
                return found

    def treat(self, *, days_ago: int) -> bytes:
        """The request that notes a medicine taken since `days_ago`."""
        treatment = {
            "id": str(uuid4()),
            "kind": "medication",
            "name": "ibuprofen",
            "started_on": (datetime.now(UTC).date() - timedelta(days=days_ago)).isoformat(),
        }
        return request("PUT", f"/api/v1/patients/me/treatments/{treatment['id']}", token=self.token, body=treatment)


def entry(days_ago: int, **answers: object) -> dict[str, Any]:
    """An ordinary day's entry, as many fields filled in as people fill in."""
    moment = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days_ago)
    return {
        "id": str(uuid4()),
        "date": moment.date().isoformat(),
        "recorded_at": moment.isoformat(),
        "time_zone": "Etc/UTC",
        "worst_pain": 3,
        "night_pain": 2,
        "rest_pain": 2,
        "movement_pain": 3,
        "sites": ["lower_back"],
        "symptoms": {"cough": False, "fatigue": False, "saddle_numbness": False},
        **answers,
    }


def ordinary_writes(phones: list[Phone], count: int) -> Iterator[bytes]:
    """`count` single writes, spread over the phones and the last 300 days."""
    for number in range(count):
        yield phones[number % len(phones)].put(entry(number // len(phones) % 300))
