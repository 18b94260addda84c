"""Why an order is where it is, due when it is, and did or did not climb: the facts behind the page's “why”."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.functional import Promise

from workorders import arithmetic
from workorders.climbing import next_climb
from workorders.deadlines import Explanation, explain
from workorders.limits import Rulebook, rules_at
from workorders.models import Precedent, WorkOrder
from workorders.routing import RuleName, WhyNot
from workorders.timers import Decision, decide


@dataclass(frozen=True)
class Passed:
    """A dispatch rule that did not apply."""

    rule: str | Promise
    why: str | Promise


@dataclass(frozen=True)
class Holding:
    """Which rule chose the receiver, and which rules before it did not apply."""

    rule: str | Promise
    passed: list[Passed]
    precedent: Precedent | None = None
    """The meeting's decision that it cites."""


def holding(order: WorkOrder) -> Holding | None:
    """Read `order.routing`; None before a rule has chosen."""
    rule = order.routing.get("rule")
    if rule not in RuleName.values:
        return None
    passed = [Passed(RuleName(row["rule"]).label, WhyNot(row["why"]).label) for row in order.routing.get("skipped", [])]
    cited = order.routing.get("precedent")
    precedent = (
        (
            Precedent.objects.select_related("node", "lead_unit")
            .prefetch_related("assist_units")
            .filter(pk=cited)
            .first()
        )
        if cited
        else None
    )
    return Holding(RuleName(rule).label, passed, precedent)


@dataclass(frozen=True)
class Story:
    """One clock: why it ends when it does, and what the timers say of it."""

    explanation: Explanation
    decision: Decision
    arithmetic: list[str] = field(default_factory=list)
    """How the deadline came about, line by line; empty where it is just the limit."""

    @property
    def is_running(self) -> bool:
        return self.explanation.clock.stopped_at is None


def stories(order: WorkOrder, now: dt.datetime) -> list[Story]:
    """Tell the story of each clock, running ones first, the latest first."""
    clocks = order.clocks.select_related("limit__category", "step", "order__category").order_by("-id")
    ladder = Rulebook.load(order.district_id).ladder(rules_at(order.accepted_at, order.reported_at), order.urgency)
    climb = next_climb(order, ladder)
    lines = arithmetic.of_order(order)
    told = [Story(explain(c), decide(c, order.state, climb, now), lines.get(c.pk, [])) for c in clocks]
    return sorted(told, key=lambda story: not story.is_running)
