"""What a receiver may say about when to come back."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.outbound import retry_after

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 120 ", timedelta(minutes=2)),
        ("86400", DAY),
        ("86401", DAY),
        ("9" * 5000, DAY),
        ("Tue, 30 Jun 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Tuesday, 30-Jun-26 12:05:00 GMT", timedelta(minutes=5)),
        ("Tue Jun 30 12:05:00 2026", timedelta(minutes=5)),
        ("Tue, 30 Jun 2026 14:05:00 +0200", timedelta(minutes=5)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DAY),
        ("Tue, 30 Jun 2026 11:59:00 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT", None),
        ("0", None),
        ("-5", None),
        ("1.5", None),
        ("٥", None),
        ("1e3", None),
        ("120, 60", None),
        ("soon", None),
        ("", None),
        ("Tue, 30 Jun 99999999999999999999 12:05:00 GMT", None),
        ("Tue, 99 Foo 2026 12:05:00 GMT", None),
        (None, None),
    ],
)
def test_it_is_honoured_as_far_as_it_makes_sense(header: str | None, wait: timedelta | None) -> None:
    assert retry_after(header, now=NOW) == wait
