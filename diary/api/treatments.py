"""`…/treatments`: what is being tried against the pain."""

from diary.api.contract.description import operations
from diary.api.resources import ResourcesView, ResourceView, list_operation, resource_operations
from diary.api.shapes import StoredTreatment, TreatmentPage, WrittenTreatment
from diary.format.fields import Treatment


@resource_operations("treatment", body=Treatment, stored=StoredTreatment, written=WrittenTreatment)
class TreatmentView(ResourceView):
    """One treatment."""

    type = "treatment"
    carries_signs = False


@operations(get=list_operation("treatments", page=TreatmentPage))
class TreatmentsView(ResourcesView):
    """Treatments by their first day, then id."""

    type = "treatment"
