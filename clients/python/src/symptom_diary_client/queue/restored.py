"""A service that was restored from a backup refuses the cursor: it has forgotten what this device still knows."""

from __future__ import annotations

from dataclasses import asdict

from symptom_diary_client.queue.kept import (
    Row,
    Waiting,
    Wish,
    change_meta,
    keep,
    next_number,
    read_row,
    read_waiting,
    row_key,
)
from symptom_diary_client.store.store import Rows


def begin_again(rows: Rows) -> None:
    """Everything is asked for anew; what is known now is put aside, to see afterwards what the service lacks."""
    change_meta(rows, cursor=None)
    for kept in rows.all("row/"):
        row = Row(**kept)
        rows.set(f"before/{row.type}/{row.id}", asdict(row))
        rows.set(row_key(row.type, row.id), None)


def restored(rows: Rows, now: str) -> bool:
    """Once everything has come: what the service lacks goes up again, as new. Whether there is any."""
    lacking = False
    for kept in rows.all("before/"):
        row = Row(**kept)
        rows.set(f"before/{row.type}/{row.id}", None)
        if row.data is None or read_row(rows, row.type, row.id) or read_waiting(rows, row.type, row.id):
            continue
        wish = Wish("put", row.data, draft=next_number(rows))
        keep(rows, Waiting(row.type, row.id, order=next_number(rows), since=now, base=None, wish=wish))
        lacking = True
    return lacking
