"""The Celery application: it works off what the database says is to be done (see `backend.settings.queue`)."""

import os
from typing import Any

from celery import Celery
from celery.app.log import Logging
from celery.contrib.django.task import DjangoTask
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")


class Task(DjangoTask):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A task that keeps its process's database connection from one run to the next."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Before each run drop a connection that died meanwhile, as Django does before each request."""
        if not (self.request.called_directly or self.request.is_eager):
            close_old_connections()
        return super().__call__(*args, **kwargs)


class SettingsLogging(Logging):
    """Leaves logging as Django's settings have it."""

    def setup(self, *_args: Any, **_options: Any) -> list[tuple[Any, Any]]:
        """Nothing is left to set up."""
        return []


app = Celery("backend", task_cls=Task, log=SettingsLogging)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
