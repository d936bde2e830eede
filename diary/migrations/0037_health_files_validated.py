"""The imports so far are looked at, while the table is in use."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("diary", "0036_health_files")]

    operations = [
        ValidateConstraint("import", "import_state"),
        ValidateConstraint("import", "import_kind"),
        ValidateConstraint("import", "import_due_while_unfinished"),
    ]
