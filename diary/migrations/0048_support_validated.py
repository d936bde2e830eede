"""The lines of the access log so far are looked at; writers go on meanwhile."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("diary", "0047_support")]

    operations = [ValidateConstraint("accessline", "access_line_reason")]
