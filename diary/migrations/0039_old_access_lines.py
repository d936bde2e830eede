"""Old lines are found without looking at all of them: they lie together, so a few pages of an index say where."""

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("diary", "0038_retention")]

    operations = [
        AddIndexConcurrently("accessline", BrinIndex(fields=["at"], name="access_line_at", autosummarize=True))
    ]
