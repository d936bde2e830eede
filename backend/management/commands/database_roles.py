"""`manage.py database_roles`: makes the roles of the database, as its administrator."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.roles import OWNER, READER, SERVICE, RolesError, make_roles

NEEDED = ("DATABASE_URL", "DATABASE_OWNER_PASSWORD", "DATABASE_SERVICE_PASSWORD")


class Command(BaseCommand):
    help = (
        f"Creates or updates the database roles {OWNER} (for migrations), {SERVICE} (for API and workers) and "
        "{READER}. Needs DATABASE_URL of an administrator, DATABASE_OWNER_PASSWORD and DATABASE_SERVICE_PASSWORD. "
        "Idempotent, and safe while the service runs."
    )

    def handle(self, *args: object, **options: Any) -> None:
        missing = [name for name in NEEDED if not os.environ.get(name)]
        if missing:
            raise CommandError(f"Set {' and '.join(missing)}.")
        administrator, owner_password, service_password = (os.environ[name] for name in NEEDED)
        try:
            make_roles(administrator, owner_password=owner_password, service_password=service_password)
        except RolesError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{OWNER}, {SERVICE} and {READER} are ready. Now migrate as {OWNER}.")
