"""Every rule's words: plain, short, one action, no diagnosis and no all-clear."""

import re
from datetime import date

import pytest

from alerts.messages.advice import ADVICE
from alerts.messages.countries import Place
from alerts.messages.patterns import PATTERNS
from alerts.messages.wording import Wording, alert_wording
from alerts.rules.registry import RULES
from alerts.rules.tiers import Tier

TELLABLE = [(rule.id, tier) for rule in RULES.values() for tier in sorted({rule.tier, Tier.SEE_DOCTOR} - {Tier.WATCH})]
NEVER = r"cancer(?! before)|tumou?r|metasta|diagnos|you are fine|nothing serious|all clear|don't worry"


def words(rule: str, tier: Tier, whose: str | None = None) -> Wording:
    return alert_wording(rule=rule, tier=tier, last_day=date(2026, 5, 3), place=Place(region="GB"), whose=whose)


def test_every_rule_and_tier_has_words() -> None:
    assert set(RULES) <= set(PATTERNS)
    assert set(ADVICE) == set(Tier)


@pytest.mark.parametrize(("rule", "tier"), TELLABLE)
def test_a_message_has_at_most_sixty_words_of_which_most_are_short(rule: str, tier: Tier) -> None:
    said = words(rule, tier)
    spoken = re.findall(r"[\w'’]+", f"{said.title}. {said.noted} {said.advice}")
    assert len(spoken) <= 60
    assert sum(len(word) for word in spoken) / len(spoken) < 5.2


@pytest.mark.parametrize(("rule", "tier"), TELLABLE)
def test_it_names_the_day_and_no_disease(rule: str, tier: Tier) -> None:
    for said in (words(rule, tier), words(rule, tier, whose="Alice")):
        assert "3 May 2026" in said.noted
        assert not re.search(NEVER, f"{said.noted} {said.advice}".replace("earlier cancer", ""), re.IGNORECASE)


@pytest.mark.parametrize(("rule", "tier"), TELLABLE)
def test_a_caregiver_learns_whose_alert_it_is_and_the_patient_is_spoken_to(rule: str, tier: Tier) -> None:
    said = words(rule, tier, whose="Alice")
    assert "Alice" in said.noted
    assert "Alice" in said.advice
    assert not re.search(r"\byou(r|rself)?\b", said.noted)
    assert re.search(r"\byour?\b", words(rule, tier).noted, re.IGNORECASE)


@pytest.mark.parametrize(
    ("tier", "says"),
    [
        (Tier.EMERGENCY, "emergency department now, or call 999"),
        (Tier.URGENT, "today"),
        (Tier.SEE_DOCTOR, "within two weeks"),
    ],
)
def test_each_tier_has_its_one_action(tier: Tier, says: str) -> None:
    said = words("cauda_equina" if tier.is_pressing else "worsening_pain", tier)
    assert says in said.advice
    assert said.call == ("999" if tier is Tier.EMERGENCY else None)


@pytest.mark.parametrize(
    ("region", "line"), [("GB", "111"), ("DE", "116117"), ("FR", "15"), ("US", None), (None, None)]
)
def test_what_cannot_wait_names_the_line_that_reaches_a_doctor_on_duty(region: str | None, line: str | None) -> None:
    place = Place(region=region)
    advice = alert_wording(rule="coughing_blood", tier=Tier.URGENT, last_day=date(2026, 5, 3), place=place).advice
    assert "today" in advice
    assert (f"out-of-hours line {line} if it's closed" if line else "out-of-hours service if it's closed") in advice
