"""Why the person was advised to be seen: each alert in neutral words, with what was counted against which threshold."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.messages.for_doctors import doctor_lines
from alerts.messages.patterns import PATTERNS
from alerts.models import Alert
from alerts.showing.alert import evidence_of
from papers.calendar import short_day
from papers.report.shapes import Chapter, Fact, Reason, Reasons
from papers.words import OUTCOMES, STATES, TIERS

MOST: Final = 5
"""On the page; the appendix has the others."""
MOST_IN_ALL: Final = 60
BASIS: Final = 230
"""Characters of what was counted on the page; the appendix has all of it."""


def reasons(alerts: Sequence[Alert], *, screened: bool) -> Reasons:
    """Those that are open first, then the newest; and that there may be more unless all of the diary is `screened`."""
    in_order = sorted(alerts, key=lambda alert: alert.state != "open")
    pending = "" if screened else _("The newest entries are still being checked; make this page again in a minute.")
    left = in_the_appendix(len(in_order) - MOST)
    return Reasons(
        heading=_("Why this person was advised to be seen"),
        reasons=[_reason(alert) for alert in in_order[:MOST]],
        otherwise="" if pending else _("The rules found no pattern in this time. That is not an all-clear."),
        more=f"{left} {pending}".strip(),
    )


def in_the_appendix(left: int) -> str:
    """That so many are left for the appendix; nothing if none is."""
    if left <= 0:
        return ""
    return ngettext("%(left)d more in the appendix.", "%(left)d more in the appendix.", left) % {"left": left}


def all_counts(alerts: Sequence[Alert]) -> Chapter | None:
    """Everything that was counted for each, for the appendix."""
    if not alerts:
        return None
    shown = [Fact(f"{_title(alert)} ({_when(alert)})", "\n".join(_lines(alert))) for alert in alerts[:MOST_IN_ALL]]
    return Chapter(_("What was counted, and the thresholds of the rules"), shown)


def _reason(alert: Alert) -> Reason:
    *counted, rule = _lines(alert)
    basis = ""
    for line in counted[1:]:
        if basis and len(basis) + len(line) > BASIS:
            break
        basis = f"{basis} {line}".strip()
    return Reason(_title(alert), _when(alert), basis, rule)


def _title(alert: Alert) -> str:
    return str(PATTERNS[alert.rule].title)


def _when(alert: Alert) -> str:
    parts = [short_day(alert.met_on), str(TIERS[alert.tier]), str(STATES[alert.state])]
    if alert.outcome:
        parts.append(str(OUTCOMES[alert.outcome]))
    return " · ".join(parts)


def _lines(alert: Alert) -> list[str]:
    rule = _("Rule %(rule)s, version %(version)d.") % {"rule": alert.rule, "version": alert.rule_version}
    return [*doctor_lines(evidence_of(alert)), rule]
