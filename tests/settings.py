"""The settings as tests have them, for tools that read settings but start nothing, like mypy's Django plugin."""

import os

os.environ.setdefault("DEPLOYMENT", "test")

from backend.settings import *  # noqa: F403
