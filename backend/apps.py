"""The project as a Django application: what belongs to running the service rather than to the diary."""

from importlib import import_module

from django.apps import AppConfig


class BackendConfig(AppConfig):
    """Makes the Celery application the current one wherever Django runs, so that tasks can be sent by name."""

    name = "backend"

    def ready(self) -> None:
        import_module("backend.celery")
