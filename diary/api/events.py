"""`…/events`: what happened once."""

from diary.api.resources import ResourcesView, ResourceView


class EventView(ResourceView):
    """One event."""

    type = "event"


class EventsView(ResourcesView):
    """Events by date, then id."""

    type = "event"
