"""`…/entries`: what someone noted about one local day."""

from diary.api.contract.description import operations
from diary.api.framework.parameters import FROM, SPAN, TO
from diary.api.resources import ResourcesView, ResourceView, list_operation, resource_operations
from diary.api.shapes import EntryPage, StoredEntry, WrittenEntry
from diary.format.fields import Entry
from diary.recording.listing import Span


@resource_operations("entry", body=Entry, stored=StoredEntry, written=WrittenEntry)
class EntryView(ResourceView):
    """One entry."""

    type = "entry"


@operations(get=list_operation("entries", page=EntryPage, filters=SPAN))
class EntriesView(ResourcesView):
    """Entries by date, then id."""

    type = "entry"

    def span(self) -> Span:
        """Both ends are included."""
        return Span(self.asked[FROM], self.asked[TO])
