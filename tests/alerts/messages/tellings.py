"""What letters tell: an emergency of Alice's to her and to Bob, and what Bob did about it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from alerts.messages.countries import Place
from alerts.messages.responses import Did
from alerts.messages.telling import About, Telling
from alerts.rules.tiers import Tier

NUMB = About(
    alert=UUID("01900000-0000-7000-8000-000000000002"),
    rule="cauda_equina",
    tier=Tier.EMERGENCY,
    last_day=date(2026, 5, 3),
    days=2,
    place=Place(region="GB"),
)
ALICES = Telling(
    delivery=UUID("01900000-0000-7000-8000-000000000001"),
    patient=UUID("01900000-0000-7000-8000-000000000003"),
    kind="raised",
    created_at=datetime(2026, 5, 3, 8, tzinfo=UTC),
    about=(NUMB,),
    whose=None,
    language="en",
    first_told_on=date(2026, 5, 3),
    links_epoch=3,
    others=("Bob", "Dana"),
)
BOBS = replace(ALICES, whose="Alice", about=(replace(NUMB, days=None),), others=())
BLOOD = replace(NUMB, alert=UUID("01900000-0000-7000-8000-000000000004"), rule="coughing_blood", tier=Tier.URGENT)
NIGHTS = replace(
    NUMB,
    alert=UUID("01900000-0000-7000-8000-000000000005"),
    rule="night_rest_not_responding",
    tier=Tier.SEE_DOCTOR,
)
BOB_HELPS = Did(
    word="acknowledged", who="caregiver", name="Bob", at=datetime(2026, 5, 3, 8, 5, tzinfo=UTC), note="On my way."
)


def as_tier(telling: Telling, tier: Tier) -> Telling:
    return replace(telling, about=(replace(telling.lead, tier=tier),))
