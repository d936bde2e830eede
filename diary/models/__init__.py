"""The tables of the diary, one module a thing."""

from diary.models.access_line import AccessLine
from diary.models.caregiver import Caregiver, ConsentRecord, InvitationRefusal
from diary.models.device import Device
from diary.models.entry import Entry
from diary.models.erasure_request import ErasureRequest
from diary.models.event import Event
from diary.models.failing_endpoint import FailingEndpoint
from diary.models.health_consent import HealthConsent
from diary.models.imports import Import, ImportPart, TakenBack
from diary.models.journal_line import JournalLine
from diary.models.local_zone import LocalZone
from diary.models.notice import Notice
from diary.models.patient import Patient
from diary.models.phone import Phone, SentCode
from diary.models.preferences import Preferences
from diary.models.reminder_plan import ReminderPlan
from diary.models.retention import Retention
from diary.models.session import Session
from diary.models.support import SupportLine, SupportStaff
from diary.models.treatment import Treatment
from diary.models.user import User
from diary.models.way_back import FactorRemoval, Undo

__all__ = [
    "AccessLine",
    "Caregiver",
    "ConsentRecord",
    "Device",
    "Entry",
    "ErasureRequest",
    "Event",
    "FactorRemoval",
    "FailingEndpoint",
    "HealthConsent",
    "Import",
    "ImportPart",
    "InvitationRefusal",
    "JournalLine",
    "LocalZone",
    "Notice",
    "Patient",
    "Phone",
    "Preferences",
    "ReminderPlan",
    "Retention",
    "SentCode",
    "Session",
    "SupportLine",
    "SupportStaff",
    "TakenBack",
    "Treatment",
    "Undo",
    "User",
]
