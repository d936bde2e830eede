"""The diary: what people record and who may see it."""

from django.apps import AppConfig


class DiaryConfig(AppConfig):
    name = "diary"
