"""The recipients of an alert: the patient, and everyone with access to their alerts."""

from dataclasses import dataclass
from uuid import UUID

from diary.models import Caregiver, Patient


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone to tell; `caregiver_id` is None for the patient."""

    user_id: UUID
    caregiver_id: UUID | None = None


def recipients_of(patient_id: UUID) -> list[Recipient]:
    """The patient first, then the caregivers who accepted; every level hears of alerts."""
    patient = Patient.objects.values_list("user_id", flat=True).get(pk=patient_id)
    circle = Caregiver.objects.filter(patient_id=patient_id, state="accepted", user__isnull=False)
    caregivers = circle.order_by("accepted_at", "id").values_list("user_id", "id")
    return [Recipient(patient), *(Recipient(user, caregiver) for user, caregiver in caregivers if user)]


def place_of(*, patient_id: UUID, user_id: UUID) -> UUID | None:
    """The place that someone has in the circle; None for the patient, and for who has left."""
    places = Caregiver.objects.filter(patient_id=patient_id, user_id=user_id, state="accepted")
    return places.values_list("pk", flat=True).first()
