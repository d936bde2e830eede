"""Every address the service answers."""

from django.urls import URLPattern, URLResolver, include, path

from backend import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/auth/", include("diary.identity.urls")),
    path("health/live", health.live),
    path("health/ready", health.ready),
]
