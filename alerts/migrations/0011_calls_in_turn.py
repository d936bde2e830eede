"""What calls to addresses that people gave wait for: slots, and receivers that do not answer."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

HELD = [("receiver", "receiver"), ("account", "account"), ("unproved", "unproved"), ("circuit", "circuit")]


class Migration(migrations.Migration):
    dependencies = [("alerts", "0010_links_sent_before")]

    operations = [
        migrations.CreateModel(
            name="OutboundCall",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account", models.UUIDField()),
                ("receiver", models.TextField()),
                ("unproved", models.BooleanField()),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ReceiverCircuit",
            fields=[
                ("receiver", models.TextField(primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField(default=1)),
                ("failed_at", models.DateTimeField()),
                ("open_until", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("failures__gte", 1)), name="receiver_circuit_failures")
                ],
            },
        ),
        migrations.AddField("delivery", "receiver", models.TextField(db_default="", default="")),
        migrations.AddField("delivery", "held", models.TextField(blank=True, choices=HELD, db_default="", default="")),
        migrations.AddField("delivery", "held_since", models.DateTimeField(null=True)),
        migrations.AddField("webhook", "held", models.BooleanField(db_default=False, default=False)),
        AddConstraintNotValid(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("held", ""), ("held__in", [word for word, _ in HELD]), _connector="OR"),
                name="delivery_held",
            ),
        ),
    ]
