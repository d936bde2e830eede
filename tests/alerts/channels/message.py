"""A message that any channel can send."""

from datetime import UTC, datetime

from alerts.messages.message import Message

MESSAGE = Message(
    reference="0190",
    language="en",
    subject="Please read",
    text="Words.\n",
    html="<p>Words.</p>",
    link="https://diary.example/a/signed",
    kind="raised",
    pressing=True,
    created_at=datetime(2026, 5, 3, 8, tzinfo=UTC),
)
