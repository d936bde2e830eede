"""The keys that notes are encrypted under, the current one first; `manage.py rotate_note_keys` moves notes onto it.

Each is 32 random bytes in URL-safe base64, as `cryptography.fernet.Fernet.generate_key()` makes it. Losing them is
losing the notes.
"""

from base64 import urlsafe_b64encode
from secrets import token_bytes

from backend.settings.environment import DATA_DIR, env, required_in_production


def _local_keys() -> list[str]:
    """The keys that `make run` keeps in its data directory; without them one for this process only."""
    kept = DATA_DIR / "note_keys"
    return kept.read_text().split() if kept.is_file() else [urlsafe_b64encode(token_bytes(32)).decode()]


NOTE_KEYS = required_in_production("NOTE_KEYS", otherwise=",".join(_local_keys())).split(",")

# A key was lost: start all the same, without what it sealed (`backend.checks.stored`).
NOTE_KEYS_LOST = env.bool("NOTE_KEYS_LOST")

# What is encrypted under these keys, and who moves it onto the current one; each gives how many it moved.
NOTE_KEY_HOLDERS = {
    "notes": "diary.sealing.reseal_all",
    "second factors": "diary.identity.factors.second_factors.reseal_second_factors",
    "notes about alerts": "alerts.responses.reseal_response_notes",
    "parts of imports": "diary.recording.imports.resealing.reseal_imports",
    "links in notices": "diary.reaching.notices.reseal_links",
    "webhook secrets": "alerts.webhooks.signing.reseal_webhook_secrets",
    "links that share a diary": "papers.sharing.shares.reseal_shares",
    "proofs of keys": "backend.checks.stored.reseal_proofs",  # the last: then nothing needs the other keys
}
