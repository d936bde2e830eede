"""What the columns of the tables mean."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from papers.words import KINDS_OF_PAIN, SCORES, SYMPTOMS, WOKEN

MEANINGS: Final[Mapping[str, Promise]] = {
    **SYMPTOMS,
    **SCORES,
    "woke_from_sleep": WOKEN,
    **KINDS_OF_PAIN,
    "id": _("The record's id, made by the app"),
    "date": _("The local day it is about; a night belongs to the day it ends on"),
    "recorded_at": _("When the person wrote it, by the clock of their device"),
    "time_zone": _("Where the person was"),
    "sites": _("Where it hurts"),
    "qualities": _("What the pain is like"),
    "treatments_taken": _("Which treatments were taken that day, by the ids in treatments.csv"),
    "weight_kg": _("Weight in kilograms"),
    "note": _("What the person wrote"),
    "kind": _("What it was"),
    "name": _("What the person calls it"),
    "daily_dose": _("Dose a day"),
    "dose_unit": _("Unit of the dose"),
    "started_on": _("The first day"),
    "stopped_on": _("The last day; empty while it goes on"),
    "recalled_score_before": _("Pain before it, as remembered"),
    "trauma": _("How much force there was"),
    "site": _("Where on the body"),
    "about_this_pain": _("Whether the visit was about this pain; empty counts as yes"),
    "assessed_pain": _("Pain at the visit"),
    "version": _("How often the record was changed, counted from 1"),
    "received_at": _("When the service received it"),
    "recorded_by": _("The id of the account that wrote it"),
}
"""By the name of the column, in whatever table it is."""
YES_OR_NO: Final = _("yes or no; empty is not answered")
ANY_OF: Final = _("any of these words, with blanks between them; empty is not answered")
ONE_OF: Final = _("one of these words; empty is not answered")
AN_ID: Final = _("a UUID")
A_NUMBER: Final = _("a whole number")
AN_INSTANT: Final = _("an RFC 3339 date and time with an offset")
ANSWERS_BY_ID: Final = _("id=yes or id=no, with blanks between them; empty is not answered")
