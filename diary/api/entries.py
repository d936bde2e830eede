"""`…/entries`: what somebody noted about one local day."""

from diary.api.contract import SPAN, operations
from diary.api.resources import ResourcesView, ResourceView, list_operation, resource_operations
from diary.api.shapes import EntryPage, StoredEntry, WrittenEntry
from diary.content import Entry

_EXAMPLE = {
    "id": "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b11",
    "date": "2026-03-29",
    "recorded_at": "2026-03-29T08:30:00+02:00",
    "time_zone": "Europe/Madrid",
    "night_pain": 6,
    "woke_from_sleep": True,
    "sites": ["lower_back"],
    "symptoms": {"cough": False},
}


@resource_operations("entry", body=Entry, stored=StoredEntry, written=WrittenEntry, example=_EXAMPLE)
class EntryView(ResourceView):
    """One entry."""

    type = "entry"


@operations(get=list_operation("entries", page=EntryPage, filters=SPAN))
class EntriesView(ResourcesView):
    """Entries by date, then id."""

    type = "entry"
    filters = ("from", "to")
