"""What a trip to the database stops at, when who is asking is not who they were the last time (`diary.access.levels`)."""

from django.db import migrations

STILL = """
CREATE FUNCTION diary_still(holds boolean) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF holds THEN RETURN true; END IF;
    RAISE EXCEPTION 'no longer so' USING ERRCODE = 'DY001';
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("diary", "0048_support_validated")]

    operations = [migrations.RunSQL(STILL, "DROP FUNCTION diary_still(boolean)")]
