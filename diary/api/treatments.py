"""`…/treatments`: what is being tried against the pain."""

from diary.api.resources import ResourcesView, ResourceView


class TreatmentView(ResourceView):
    """One treatment."""

    type = "treatment"


class TreatmentsView(ResourcesView):
    """Treatments by their first day, then id."""

    type = "treatment"
