"""From here on every name that is written is a name, and every address its one spelling; see 0009."""

import django.db.models.functions.text
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


def normal_email() -> models.Q:
    return models.Q(
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
    )


CONSTRAINTS = {
    "caregiver": [models.CheckConstraint(condition=normal_email(), name="caregiver_email_normalised")],
    "user": [
        models.CheckConstraint(condition=normal_email(), name="user_email_normalised"),
        models.CheckConstraint(
            condition=models.Q(
                (
                    "name__regex",
                    "[\\u0001-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]",
                ),
                _negated=True,
            ),
            name="user_name_without_control_characters",
        ),
        models.CheckConstraint(condition=models.Q(("name__regex", "^([^ ](.{0,78}[^ ])?)?$")), name="user_name_length"),
        models.CheckConstraint(
            condition=models.Q(("name__regex", "//|[0-9A-Za-z]\\.[A-Za-z][0-9A-Za-z]"), _negated=True),
            name="user_name_without_links",
        ),
    ],
}


class Migration(migrations.Migration):
    dependencies = [
        ("diary", "0009_mended_names_and_addresses"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="caregiver", name="caregiver_email_lower"),
        migrations.RemoveConstraint(model_name="user", name="user_email_normalised"),
        migrations.RemoveConstraint(model_name="user", name="user_name_without_control_characters"),
        *(
            AddConstraintNotValid(model_name=model, constraint=constraint)
            for model, constraints in CONSTRAINTS.items()
            for constraint in constraints
        ),
    ]
