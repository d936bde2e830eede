"""The addresses below `/api/v1/` that give papers."""

from django.urls import path

from diary.api import addresses as addresses  # registers the converters
from papers.api.report import ReportView

urlpatterns = [
    path("patients/<diary:patient>/report.pdf", ReportView.as_view(), name="report"),
]
