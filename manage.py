#!/usr/bin/env python
"""The command line: `python manage.py help` lists what it can do."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, connection


def main() -> None:
    """Run one management command; without other orders this is a local installation."""
    os.environ.setdefault("DEPLOYMENT", "local")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    try:
        if sys.argv[1:2] == ["runserver"]:  # its reloader would show a traceback and wait for the code to change
            connection.ensure_connection()
            connection.close()
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if sys.argv[1:2] != ["doctor"]:
            raise
        sys.exit(_unreadable(error))
    except OperationalError as error:
        if os.environ["DEPLOYMENT"] != "local" or not _never_answered(error):
            raise
        sys.exit(f"manage.py: {_what_to_do(error)}")


def _unreadable(error: ImproperlyConfigured) -> int:
    """The doctor's only line about an installation whose settings cannot be read."""
    from backend.doctor.finding import STATUS, as_json, broken

    found = broken("settings", str(error), "correct it in the environment; nothing else was looked at")
    print(as_json([found]) if "--json" in sys.argv else found)  # noqa: T201 a person reads it
    return STATUS[found.verdict]


def _never_answered(error: OperationalError) -> bool:
    """Whether there was no connection; what a server says has a code."""
    return getattr(error.__cause__, "sqlstate", None) is None


def _what_to_do(error: OperationalError) -> str:
    from backend.settings.environment import SERVERS

    if SERVERS.missing and not os.environ.get("DATABASE_URL"):
        return SERVERS.missing
    return f"the database is not reachable: {str(error).splitlines()[0]}"


if __name__ == "__main__":
    main()
