"""The alerts: what is found in a diary, and who is notified."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "alerts"
