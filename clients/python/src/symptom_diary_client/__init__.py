"""The offline SDK of the symptom diary, for scripts and gateways: a diary that loses nothing."""

from symptom_diary_client.alerts import Alerts
from symptom_diary_client.clock import Moment, local_moment, machine_zone
from symptom_diary_client.connection import Answer, Connection, MemorySecrets, Secrets
from symptom_diary_client.content import Content, Kind, ShownEntry, ShownEvent, ShownTreatment
from symptom_diary_client.contract import Answers, Entry, Event, Profile, ShownAlert, Treatment
from symptom_diary_client.diary import Diary
from symptom_diary_client.errors import DeletedError, NoAnswer, OtherAccount, Problem, StillWaiting
from symptom_diary_client.hearing import Conflict, Refused, Unsynced
from symptom_diary_client.identity import Identity, Step, User
from symptom_diary_client.ids import new_id
from symptom_diary_client.reading import Status
from symptom_diary_client.record import Recorded
from symptom_diary_client.signs.events import DangerSign
from symptom_diary_client.store.memory import MemoryStore
from symptom_diary_client.store.sqlite import SqliteStore
from symptom_diary_client.store.store import Kept, Rows, Store
from symptom_diary_client.sync import Synced
from symptom_diary_client.weight import in_kilograms, in_pounds

__all__ = [
    "Alerts",
    "Answer",
    "Answers",
    "Conflict",
    "Connection",
    "Content",
    "DangerSign",
    "DeletedError",
    "Diary",
    "Entry",
    "Event",
    "Identity",
    "Kept",
    "Kind",
    "MemorySecrets",
    "MemoryStore",
    "Moment",
    "NoAnswer",
    "OtherAccount",
    "Problem",
    "Profile",
    "Recorded",
    "Refused",
    "Rows",
    "Secrets",
    "ShownAlert",
    "ShownEntry",
    "ShownEvent",
    "ShownTreatment",
    "SqliteStore",
    "Status",
    "Step",
    "StillWaiting",
    "Store",
    "Synced",
    "Treatment",
    "Unsynced",
    "User",
    "in_kilograms",
    "in_pounds",
    "local_moment",
    "machine_zone",
    "new_id",
]
