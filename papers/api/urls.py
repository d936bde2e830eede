"""The addresses below `/api/v1/` that give papers."""

from django.urls import path

from diary.api import addresses as addresses  # registers the converters
from papers.api.fhir import FhirView
from papers.api.report import ReportView
from papers.api.shares import SharesView, ShareView
from papers.api.tables import TablesView

urlpatterns = [
    path("patients/<diary:patient>/report.pdf", ReportView.as_view(), name="report"),
    path("patients/<diary:patient>/fhir", FhirView.as_view(), name="fhir"),
    path("patients/<diary:patient>/export.zip", TablesView.as_view(), name="export-zip"),
    path("patients/<diary:patient>/shares", SharesView.as_view(), name="shares"),
    path("patients/<diary:patient>/shares/<id:id>", ShareView.as_view(), name="share"),
]
