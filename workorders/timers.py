"""What the timers do about one clock, and why not: a pure decision with a closed list of reasons."""

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from workorders.climbing import Climb
from workorders.models import StageClock
from workorders.states import CLIMBING, FINAL, State


class Verdict(models.TextChoices):
    WARN = "warn", _("Notice: due soon")
    OVERDUE = "overdue", _("Notice: overdue")
    CLIMB = "climb", _("Climbs one step")
    RESUME = "resume", _("Resumes")
    SKIP = "skip", _("Nothing")


class Skip(models.TextChoices):
    """Every reason for which the timers leave a clock alone."""

    FINAL = "final", _("the order is finished")
    SUSPENDED = "suspended", _("the order is suspended")
    STOPPED = "stopped", _("this clock is stopped")
    NOT_DUE = "not_due", _("not due soon yet")
    WARNED = "warned", _("the due-soon notice was sent; not due yet")
    IN_GRACE = "in_grace", _("overdue, but still within the grace")
    DOES_NOT_CLIMB = "does_not_climb", _("overdue; this stage gives notice but does not climb")
    AT_TOP = "at_top", _("overdue, and at the top of the ladder")


@dataclass(frozen=True)
class Decision:
    verdict: Verdict
    skip: Skip | None = None
    next_at: dt.datetime | None = None
    """When the clock has to be looked at again; None when the timers are done with it."""


def decide(clock: StageClock, state: str, climb: Climb | None, now: dt.datetime) -> Decision:
    """Decide about one clock of an order in this state whose next step up is `climb` (None at the top)."""
    standing_still = _standing_still(clock, state)
    if standing_still is not None:
        return Decision(Verdict.SKIP, standing_still)
    climbs = clock.stage in CLIMBING and clock.climb_at is not None and climb is not None
    if climbs and clock.climb_at is not None and now >= clock.climb_at:
        return Decision(Verdict.CLIMB)
    if now >= clock.due_at:
        next_at = clock.climb_at if climbs else None
        if clock.overdue_at is None:
            return Decision(Verdict.OVERDUE, next_at=next_at)
        if clock.stage not in CLIMBING:
            return Decision(Verdict.SKIP, Skip.DOES_NOT_CLIMB)
        return Decision(Verdict.SKIP, Skip.IN_GRACE if climbs else Skip.AT_TOP, next_at)
    if now >= clock.warn_at:
        if clock.warned_at is None:
            return Decision(Verdict.WARN, next_at=clock.due_at)
        return Decision(Verdict.SKIP, Skip.WARNED, clock.due_at)
    return Decision(Verdict.SKIP, Skip.NOT_DUE, clock.warn_at)


def decide_suspended(suspended_until: dt.datetime | None, now: dt.datetime) -> Decision:
    """Decide about a suspended order, whose clocks all stand still: it resumes when its date is past."""
    if suspended_until is not None and now >= suspended_until:
        return Decision(Verdict.RESUME)
    return Decision(Verdict.SKIP, Skip.SUSPENDED, suspended_until)


def _standing_still(clock: StageClock, state: str) -> Skip | None:
    if state in FINAL:
        return Skip.FINAL
    if state == State.SUSPENDED:
        return Skip.SUSPENDED
    return Skip.STOPPED if clock.stopped_at is not None else None
