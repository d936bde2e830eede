"""What an app writes around the package: sign in, record without a network, show danger signs, sync, read alerts."""

import os
import sys

from symptom_diary_client import Diary, SqliteStore

diary = Diary(
    os.environ["DIARY_URL"],
    SqliteStore(os.environ["DIARY_FILE"]),
    time_zone="Europe/Madrid",
    on_danger_sign=lambda sign: print(sign.stage, sign.tier, sign.rule, sign.call or ""),
    on_conflict=lambda conflict: print("two versions", conflict.mine, conflict.theirs),
)
diary.open()
step = diary.identity.sign_in(os.environ["DIARY_EMAIL"], os.environ["DIARY_PASSWORD"])
if step.step != "signed_in":
    sys.exit(f"next: {step.step}")

recorded = diary.record(night_pain=6, sites=["lower_back"], symptoms={"saddle_numbness": True})
diary.change(recorded.content["id"], note="Walked to the market.")
synced = diary.sync()
print(synced.outcome, diary.status().waiting, len(diary.list("entry")))

print(*(alert["rule"] for alert in diary.alerts.list()), sep=",")
