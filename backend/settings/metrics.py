"""Who may read `/metrics`: anyone with the token. Without a token the address is not found."""

from backend.settings.environment import env

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
