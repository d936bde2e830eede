"""Every address the service answers."""

from django.urls import URLPattern, URLResolver, path

from backend import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live),
    path("health/ready", health.ready),
]
