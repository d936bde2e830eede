"""The alerts: what is found in a diary and who hears of it."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "alerts"
