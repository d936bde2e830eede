"""Support as a Django application."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Pages and commands for the operator's people; it has no tables of its own."""

    name = "support"
