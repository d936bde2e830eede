"""Reminders to write, at an hour and on weekdays that a person chose; they take the place of `logging_nudge`.

Who had asked for a nudge after some silent days, at most once a week, is reminded once a week and not more: on Sundays at
six in the evening, or when their quiet hours end. The plan is overdue at first, so that nothing is sent at once.

Safe while the release before this one runs: it still writes the column of the nudge, which goes in the release after
this one. A wish that it takes meanwhile is lost.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_FROM_NUDGES = """
UPDATE diary_preferences
SET reminder_weekdays = ARRAY[7], version = version + 1,
    reminder_at = CASE
        WHEN quiet_start < quiet_end AND TIME '18:00' >= quiet_start AND TIME '18:00' < quiet_end
            OR quiet_start > quiet_end AND (TIME '18:00' >= quiet_start OR TIME '18:00' < quiet_end) THEN quiet_end
        ELSE TIME '18:00'
    END
WHERE logging_nudge;
INSERT INTO diary_reminderplan (user_id, due_at, unanswered, last_day)
SELECT user_id, now() - INTERVAL '1 day', 0, NULL FROM diary_preferences WHERE logging_nudge;
"""
_TO_NUDGES = """
UPDATE diary_preferences SET logging_nudge = TRUE WHERE reminder_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("diary", "0028_local_zone")]

    operations = [
        migrations.AddField("preferences", "reminder_at", models.TimeField(null=True)),
        migrations.AddField(
            "preferences",
            "reminder_weekdays",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(), null=True, size=None
            ),
        ),
        migrations.CreateModel(
            name="ReminderPlan",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reminder_plan",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("unanswered", models.PositiveSmallIntegerField(default=0)),
                ("last_day", models.DateField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="reminder_plan_due"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("unanswered__lt", 7),
                            models.Q(("due_at__isnull", True), ("unanswered", 7)),
                            _connector="OR",
                        ),
                        name="reminder_plan_unanswered",
                    )
                ],
            },
        ),
        migrations.RunSQL(_FROM_NUDGES, _TO_NUDGES),
        migrations.AddConstraint(
            "preferences",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reminder_at__isnull", True), ("reminder_weekdays__isnull", True)),
                    models.Q(
                        ("reminder_at__isnull", False),
                        ("reminder_weekdays__contained_by", [1, 2, 3, 4, 5, 6, 7]),
                        ("reminder_weekdays__len__gte", 1),
                    ),
                    _connector="OR",
                ),
                name="preferences_reminder",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex("preferences", "preferences_logging_nudge"),
                migrations.RemoveField("preferences", "logging_nudge"),
            ]
        ),
    ]
