"""The addresses of a service whose support pages are on."""

from django.urls import include, path

from backend.urls import handler400, handler403, handler404, handler500
from backend.urls import urlpatterns as served

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("support/", include("support.urls")), *served]
