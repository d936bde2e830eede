"""The project as a Django application: what belongs to running the service rather than to the diary."""

import gc
from importlib import import_module

from django.apps import AppConfig


class BackendConfig(AppConfig):
    """Makes the Celery application the current one wherever Django runs, so that tasks can be sent by name.

    What is loaded by then stays permanently: the garbage collector need not go through it again and again, which was
    half of the time of screening a full diary.
    """

    name = "backend"

    def ready(self) -> None:
        import_module("backend.celery")
        import_module("backend.checks")
        gc.freeze()
