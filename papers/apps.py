"""The papers: a diary on one page, for a doctor."""

from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "papers"
