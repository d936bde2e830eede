"""The days around a write, however many others the diary has."""

import pytest
from django.db import connection, transaction

from tests.alerts.diaries import days_ago, entry, write
from tests.cast import Person
from tests.roles import beside

DAYS = 3_000
PREPARED_AFTER = 6
READ_ENTRIES = """
    SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = 'diary_entry'
"""


def entries_read() -> int:
    """By the statements so far, whatever their plans."""
    with connection.cursor() as cursor:
        cursor.execute(READ_ENTRIES)
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_write_reads_no_more_of_a_diary_of_years() -> None:
    alice = Person("Alice")
    write(alice, *(entry(days_ago(day)) for day in range(DAYS)))
    with beside("owner") as owner:
        owner.execute("ANALYZE diary_entry")  # as autovacuum does within a minute
    for day in range(PREPARED_AFTER):
        write(alice, entry(days_ago(day)))
    with transaction.atomic():  # what was read is counted up to the end of one
        before = entries_read()
        write(alice, entry(days_ago(DAYS // 2)))
        assert entries_read() - before < DAYS // 10
