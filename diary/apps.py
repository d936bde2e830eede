"""The diary: what people record and who may see it."""

from django.apps import AppConfig


class DiaryConfig(AppConfig):
    name = "diary"

    def ready(self) -> None:
        """Register what `manage.py check --deploy` asks."""
        from diary import checks as checks
