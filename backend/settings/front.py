"""What one worker process of the API does for its clients at the same time, and how long it waits for one (ADR 11)."""

from backend.settings.environment import env

FRONT_THREADS = 4  # for everything that takes milliseconds
FRONT_LONG_THREADS = 1  # for exports and imports
FRONT_WAITING = 200  # requests for a thread of either kind; beyond them 503

# Seconds without a byte after which a client is given up, sending or reading.
FRONT_STALL_SECONDS = env.float("FRONT_STALL_SECONDS", default=30.0)
# What large bodies and answers may take up together, in temporary files.
FRONT_ROOM_BYTES = env.int("FRONT_ROOM_BYTES", default=256 * 1024 * 1024)
