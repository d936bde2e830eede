"""An app in a process of its own, on SQLite, that somebody kills. It says what is kept as soon as it is told so."""

import os
import time
from itertools import count
from threading import Thread

from symptom_diary_client import Diary, MemorySecrets, SqliteStore


def say(*words: str) -> None:
    os.write(1, f"{' '.join(words)}\n".encode())


diary = Diary(
    os.environ["DIARY_URL"],
    SqliteStore(os.environ["DIARY_FILE"]),
    secrets=MemorySecrets(token=os.environ["DIARY_TOKEN"]),
    time_zone="Europe/Madrid",
    on_danger_sign=lambda sign: say("heard", sign.stage, str(sign.id)),
)
diary.open()
say("open")
if os.environ.get("DIARY_END"):
    outcome = diary.sync().outcome
    say(outcome, *(entry["id"] for entry in diary.list("entry")))
else:
    for at in count():
        entry = diary.record(worst_pain=at % 11, symptoms={"saddle_numbness": True}).content
        say("kept", entry["id"])
        if at % 3 == 0:
            Thread(target=diary.sync, daemon=True).start()
        time.sleep(0.02)  # whoever reads this keeps step with it
