"""What an app would write around the generated client: sign in, store an entry, see its danger signs, sync, read."""

import os
import sys
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from symptom_diary_contract import AuthenticatedClient, Client
from symptom_diary_contract.api.alerts import alerts_list
from symptom_diary_contract.api.entries import patients_entries_update
from symptom_diary_contract.api.identity import sign_in
from symptom_diary_contract.api.sync import patients_sync_create
from symptom_diary_contract.models import Alerts, Entry, SignedIn, SignIn, SyncAnswer, SyncRequest, WrittenEntry

url = os.environ["DIARY_URL"]
who = SignIn(os.environ["DIARY_EMAIL"], os.environ["DIARY_PASSWORD"])
signed_in = sign_in.sync(client=Client(url), body=who)
if not isinstance(signed_in, SignedIn):
    sys.exit(f"not signed in: {signed_in}")
diary = AuthenticatedClient(url, str(signed_in.meta.access_token))
zone = "Europe/Madrid"  # where the person is: the date is the one on their wall
now = datetime.now(ZoneInfo(zone))
said = {
    "id": str(uuid4()),
    "date": now.date().isoformat(),
    "recorded_at": now.isoformat(),
    "time_zone": zone,
    "night_pain": 6,
    "sites": ["lower_back"],
    "symptoms": {"saddle_numbness": True},
}
entry = Entry.from_dict(said)

stored = patients_entries_update.sync("me", entry.id, client=diary, body=entry)
if not isinstance(stored, WrittenEntry):
    sys.exit(f"refused: {stored}")
for sign in stored.raised:
    print(sign.tier, sign.rule, sign.call or "")

change = {"type": "entry", "op": "put", "id": said["id"], "data": said}
answer = patients_sync_create.sync(
    "me", client=diary, body=SyncRequest.from_dict({"cursor": None, "changes": [change]})
)
if isinstance(answer, SyncAnswer):
    print(*(f"{result.status} {result.version}" for result in answer.results), sep=",")

alerts = alerts_list.sync("me", client=diary)
if isinstance(alerts, Alerts):
    print(*(alert.rule for alert in alerts.items), sep=",")
