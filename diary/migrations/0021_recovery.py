"""Ways back into an account that a thief was in: notices, undo links, and what waits for its owner's word.

Nothing is known of what was stored before (null): it is not suspended. The new tables' rows go with their account by
the database's hand, since older code that still runs erases accounts without knowing of them.
"""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

TABLES = ("diary_notice", "diary_undo", "diary_factorremoval")
GOES_WITH_ITS_ACCOUNT = (
    "ALTER TABLE {0} ADD CONSTRAINT {0}_user FOREIGN KEY (user_id) REFERENCES diary_user ON DELETE CASCADE"
)
STAYS = "ALTER TABLE {0} DROP CONSTRAINT {0}_user"


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("diary", "0020_health_consent"),
    ]

    operations = [
        migrations.CreateModel(
            name="FactorRemoval",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("token_digest", models.TextField(unique=True)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("device_added", "device_added"),
                            ("device_taken", "device_taken"),
                            ("webhook_added", "webhook_added"),
                            ("phone_added", "phone_added"),
                            ("invited", "invited"),
                            ("level_raised", "level_raised"),
                            ("signed_out_everywhere", "signed_out_everywhere"),
                            ("credentials_changed", "credentials_changed"),
                            ("change_to_undo", "change_to_undo"),
                            ("credentials_restored", "credentials_restored"),
                            ("factor_removal_asked", "factor_removal_asked"),
                            ("factors_removed", "factors_removed"),
                        ]
                    ),
                ),
                ("channel", models.TextField(choices=[("email", "email"), ("push", "push"), ("web_push", "web_push")])),
                ("address", models.TextField()),
                ("facts", models.JSONField(default=dict)),
                ("link", models.BinaryField(null=True)),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Undo",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("token_digest", models.TextField(unique=True)),
                ("email", models.EmailField(max_length=254)),
                ("factors", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("used_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="caregiver",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="device",
            name="added_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="device",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="device",
            name="push_taken_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="phone",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="recovered_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="trusted_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        AddConstraintNotValid(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("recovered_at__isnull", True), ("trusted_until__isnull", True)),
                    models.Q(("recovered_at__isnull", False), ("trusted_until__isnull", False)),
                    _connector="OR",
                ),
                name="user_recovered_since_a_time",
            ),
        ),
        migrations.AddField(
            model_name="factorremoval",
            name="user",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="factor_removals",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="user",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="undo",
            name="user",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="undos",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="factorremoval",
            index=models.Index(
                condition=models.Q(("cancelled_at__isnull", True), ("done_at__isnull", True)),
                fields=["due_at"],
                name="factor_removal_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorremoval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at__isnull", True), ("done_at__isnull", True)),
                fields=("user",),
                name="factor_removal_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorremoval",
            constraint=models.CheckConstraint(
                condition=models.Q(("done_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"),
                name="factor_removal_done_or_cancelled",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["due_at"], name="notice_due"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "device_added",
                            "device_taken",
                            "webhook_added",
                            "phone_added",
                            "invited",
                            "level_raised",
                            "signed_out_everywhere",
                            "credentials_changed",
                            "change_to_undo",
                            "credentials_restored",
                            "factor_removal_asked",
                            "factors_removed",
                        ],
                    )
                ),
                name="notice_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["email", "push", "web_push"])), name="notice_channel"
            ),
        ),
        migrations.AddConstraint(
            model_name="undo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("email", django.db.models.functions.text.Lower(models.F("email"))),
                    (
                        "email",
                        models.Func(
                            models.F("email"),
                            function="NORMALIZE",
                            output_field=models.CharField(),
                            template="%(function)s(%(expressions)s, NFKC)",
                        ),
                    ),
                    models.Q(("email__regex", "@[^@]*[^\\u0001-\\u007f][^@]*$"), _negated=True),
                ),
                name="undo_email_normalised",
            ),
        ),
        migrations.AddConstraint(
            model_name="undo",
            constraint=models.CheckConstraint(
                condition=models.Q(("used_at__isnull", True), ("ended_at", models.F("used_at")), _connector="OR"),
                name="undo_used_is_ended",
            ),
        ),
        *(migrations.RunSQL(GOES_WITH_ITS_ACCOUNT.format(table), STAYS.format(table)) for table in TABLES),
    ]
