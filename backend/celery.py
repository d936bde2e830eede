"""The Celery application: it works off what the database says is to be done (see `backend.settings.queue`)."""

import os
import sys
from collections.abc import Mapping
from typing import Any

from celery import Celery, bootsteps
from celery.app.log import Logging
from celery.contrib.django.task import DjangoTask
from celery.worker import request
from django.core.exceptions import ImproperlyConfigured
from django.db import close_old_connections
from kombu.transport.virtual import QoS

from diary.request_id import NAME, request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")


class Request(request.Request):
    """A task in a worker's hands, which gives its place back whatever the broker says.

    A worker may have so many tasks in hand. One whose end the broker does not take (it was silent just then) would keep
    its place for as long as the worker lives, and a few of them make it deaf. The broker may bring such a task again:
    that does no harm, since every task is safe when run twice.
    """

    def acknowledge(self) -> None:
        """Tell the broker that it is done; where that fails, at least free the place."""
        super().acknowledge()
        if not self.message.acknowledged:
            QoS.ack(self.message.channel.qos, self.message.delivery_tag)  # past Redis, in this process only


class Task(DjangoTask):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A task that keeps its process's database connection from one run to the next."""

    abstract = True
    Request = f"{__name__}:Request"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Before each run drop a connection that died meanwhile, as Django does before each request."""
        if not (self.request.called_directly or self.request.is_eager):
            close_old_connections()
        return super().__call__(*args, **kwargs)


class Application(Celery):
    """Says in each task's headers which request it is sent for; what a task sends in turn is for that request too."""

    def send_task(self, *args: Any, headers: Mapping[str, str] | None = None, **options: Any) -> Any:
        """As Celery does."""
        id_ = request_id()
        caused = {NAME: str(id_)} if id_ else {}
        return super().send_task(*args, headers={**(headers or {}), **caused}, **options)


class SettingsLogging(Logging):
    """Leaves logging as Django's settings have it."""

    def setup(self, *_args: Any, **_options: Any) -> list[tuple[Any, Any]]:
        """Nothing is left to set up."""
        return []


class SoundSettings(bootsteps.Step):
    """The first step of a worker: with a setting that cannot be right it does not start."""

    def __init__(self, parent: Any, **options: Any) -> None:
        from backend.checks import require_sound_settings  # it reads the settings

        super().__init__(parent, **options)
        try:
            require_sound_settings()
        except ImproperlyConfigured as wrong:
            sys.exit(f"The service does not start:\n{wrong}")


app = Application("backend", task_cls=Task, log=SettingsLogging)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(SoundSettings)
app.steps["worker"].add("backend.worker_metrics:WorkerMetrics")
