"""`…/events`: what happened once."""

from diary.api.contract.description import operations
from diary.api.resources import ResourcesView, ResourceView, list_operation, resource_operations
from diary.api.shapes import EventPage, StoredEvent, WrittenEvent
from diary.format.fields import Event


@resource_operations("event", body=Event, stored=StoredEvent, written=WrittenEvent)
class EventView(ResourceView):
    """One event."""

    type = "event"


@operations(get=list_operation("events", page=EventPage))
class EventsView(ResourcesView):
    """Events by date, then id."""

    type = "event"
