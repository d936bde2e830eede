"""Every address the service answers."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from alerts.api.mail_events import mail_events
from backend import docs_page, health, metrics, problem_pages
from backend.contract import ContractView
from papers.api.fhir import code_system
from papers.api.shared_link import SharedFileView, SharedLinkView

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/auth/", include("diary.identity.urls")),
    path("api/v1/", include("diary.api.urls")),
    path("api/v1/", include("alerts.api.urls")),
    path("api/v1/", include("papers.api.urls")),
    path("api/v1/schema", ContractView.as_view(), name="schema"),
    path("api/docs", docs_page.page, name="docs"),
    path("api/docs/page.js", docs_page.script, name="docs-script"),
    path("problems/", problem_pages.index),
    path("problems/<slug:slug>", problem_pages.page),
    path("shl/file/<ticket>", SharedFileView.as_view(), name="shared-file"),
    path("shl/<address>", SharedLinkView.as_view(), name="shared-link"),
    path("fhir/CodeSystem/symptom-diary", code_system, name="code-system"),
    path("", include("web.urls")),
    path("mail-events", mail_events, name="mail-events"),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("metrics", metrics.metrics),
    *([path("support/", include("support.urls"))] if settings.SUPPORT_PAGES else []),
]

handler400 = "backend.errors.bad_request"
handler403 = "backend.errors.permission_denied"
handler404 = "backend.errors.page_not_found"
handler500 = "backend.errors.server_error"
