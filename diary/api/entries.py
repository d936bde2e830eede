"""`…/entries`: what somebody noted about one local day."""

from diary.api.resources import ResourcesView, ResourceView


class EntryView(ResourceView):
    """One entry."""

    type = "entry"


class EntriesView(ResourcesView):
    """Entries by date, then id."""

    type = "entry"
    filters = ("from", "to")
