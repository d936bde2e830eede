"""Who may read `/metrics`: whoever knows the token. Without one there is no such address."""

from backend.settings.environment import env

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
