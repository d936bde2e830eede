"""The pages, their texts and their files as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "web"
