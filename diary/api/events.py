"""`…/events`: what happened once."""

from diary.api.contract import operations
from diary.api.resources import ResourcesView, ResourceView, list_operation, resource_operations
from diary.api.shapes import EventPage, StoredEvent, WrittenEvent
from diary.content import Event

_EXAMPLE = {
    "id": "0198c0de-7d5a-7c3e-9f2b-3a1f6f5f0b13",
    "kind": "doctor_visit",
    "date": "2026-03-10",
    "assessed_pain": 4,
}


@resource_operations("event", body=Event, stored=StoredEvent, written=WrittenEvent, example=_EXAMPLE)
class EventView(ResourceView):
    """One event."""

    type = "event"


@operations(get=list_operation("events", page=EventPage))
class EventsView(ResourcesView):
    """Events by date, then id."""

    type = "event"
