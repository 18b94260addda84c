"""Which sections each kind of briefing has, in which order; its title. No database."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from bulletins import wording
from bulletins.composing import judging, opinions, overview
from bulletins.composing.facts import Facts
from bulletins.composing.sections import Section
from bulletins.states import Kind
from hotline.periods import Period

Builder = Callable[[Facts], Section | None]
PLAN: dict[str, tuple[Builder, ...]] = {
    Kind.DAILY: (opinions.opinions, overview.overview, overview.changes, judging.overdue, judging.demands),
    Kind.WEEKLY: (
        *(overview.overview, overview.changes, judging.overdue, judging.last_ranked),
        *(judging.cases, judging.demands),
    ),
    Kind.MONTHLY: (
        *(overview.overview, overview.changes, overview.structure, overview.stages),
        *(opinions.opinions, opinions.hotline),
        *(judging.overdue, judging.last_ranked, judging.cases, judging.demands),
    ),
}


def compose(kind: str, facts: Facts) -> list[dict[str, Any]]:
    """Return the sections of a briefing as JSON, in the language in force."""
    built = (builder(facts) for builder in PLAN[kind])
    return [section.as_json() for section in built if section is not None]


def title(kind: str, node: str, period: Period) -> str:
    """Return the title: “任城区网格化服务管理周通报（2026年第47周）”."""
    given = {"node": node, "kind": str(Kind(kind).label), "period": wording.period(period)}
    return _("%(node)s grid services: %(kind)s (%(period)s)") % given
