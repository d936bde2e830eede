"""What the running service remembers about itself."""

from django.db import models


class KeyProof(models.Model):
    """A known text, sealed under a key of `NOTE_KEYS` when it came into use: who cannot open it lacks that key."""

    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class JournalSeen(models.Model):
    """Which start of which database server last stood at one with its journal (`backend.journal.standing`)."""

    server = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(name="journal_seen_once", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return self.server


class Heartbeat(models.Model):
    """When the clock last went all the way round: beat sent a task, the broker carried it, a worker ran it."""

    part = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="heartbeat_known_part", condition=models.Q(part="beat"))]

    def __str__(self) -> str:
        return f"{self.part} at {self.at:%Y-%m-%dT%H:%M:%SZ}"
