"""How the service is called where people see it: as its operator says, else by what it is, in the reader's language."""

from django.conf import settings
from django.utils.translation import gettext as _


def service_name() -> str:
    """The name, in the language that is active."""
    return settings.SERVICE_NAME or _("Symptom diary")
