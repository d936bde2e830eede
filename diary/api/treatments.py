"""`…/treatments`: what is being tried against the pain."""

from diary.api.contract import operations
from diary.api.resources import ResourcesView, ResourceView, list_operation, resource_operations
from diary.api.shapes import StoredTreatment, TreatmentPage, WrittenTreatment
from diary.content import Treatment

_EXAMPLE = {
    "id": "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b12",
    "kind": "medication",
    "name": "Ibuprofen",
    "daily_dose": 1200,
    "dose_unit": "mg",
    "started_on": "2026-03-01",
}


@resource_operations("treatment", body=Treatment, stored=StoredTreatment, written=WrittenTreatment, example=_EXAMPLE)
class TreatmentView(ResourceView):
    """One treatment."""

    type = "treatment"


@operations(get=list_operation("treatments", page=TreatmentPage))
class TreatmentsView(ResourcesView):
    """Treatments by their first day, then id."""

    type = "treatment"
