"""How a deadline came about, in words and line by line: the limit, each pause, each extension, each correction."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grids.calendar import WorkingCalendar, load_calendar
from workorders import replay
from workorders.models import StageClock, WorkOrder
from workorders.replay import Run, Step
from workorders.rule_words import span_in_words
from workorders.states import LimitUnit

WORKING = frozenset({LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR})
HOUR = 3600


def of_order(order: WorkOrder) -> dict[int, list[str]]:
    """Map each of the order's clocks whose deadline was moved to the lines of its arithmetic.

    Empty for an order whose history does not tell of its clocks. Four queries.
    """
    events = list(order.events.order_by("id").defer("note"))
    if not replay.can_replay(events):
        return {}
    calendar = load_calendar()
    runs = replay.replay(events, replay.Rules.load(calendar)).runs
    keys = list(StageClock.objects.filter(order=order).order_by("id").values_list("pk", flat=True))
    if len(keys) != len(runs):
        return {}
    return {key: lines(run, calendar) for key, run in zip(keys, runs, strict=True) if len(run.steps) > 1}


def lines(run: Run, calendar: WorkingCalendar) -> list[str]:
    """Say a clock's steps in order, each with the deadline that came of it."""
    return [_line(step, run.clock, _before(run.steps, number), calendar) for number, step in enumerate(run.steps)]


def _before(steps: Sequence[Step], number: int) -> dt.datetime:
    return steps[max(number - 1, 0)].due_at


def _line(step: Step, clock: StageClock, was_due: dt.datetime, calendar: WorkingCalendar) -> str:
    facts = {
        "at": _moment(step.at),
        "due": _moment(step.due_at),
        "limit": span_in_words(clock.value, clock.unit),
        "since": _moment(step.since) if step.since else "",
    }
    if step.what == "start":
        return _("%(at)s, limit %(limit)s → due %(due)s") % facts
    if step.what == "renew":
        return _("%(at)s, another limit: %(limit)s → due %(due)s") % facts
    if step.what == "extend":
        return _("%(at)s, extension granted → due %(due)s") % facts
    facts["span"] = _span(was_due, step.due_at, clock.unit, calendar)
    if step.what == "push":
        return _("%(at)s, moved along with the extension by %(span)s → due %(due)s") % facts
    if step.since is None or step.what == "unstop":
        return _("%(at)s, runs on → due %(due)s") % facts
    facts["span"] = _span(step.since, step.at, clock.unit, calendar)
    if step.what == "wake":
        return _("paused from %(since)s to %(at)s = %(span)s → due %(due)s") % facts
    return _("with the check from %(since)s to %(at)s = %(span)s → due %(due)s") % facts


def _moment(moment: dt.datetime) -> str:
    return date_format(timezone.localtime(moment), "Y-m-d H:i")


def _span(start: dt.datetime, end: dt.datetime, unit: str, calendar: WorkingCalendar) -> str:
    """Say a stretch in the clock's own time: working days and hours, or days and hours on the wall."""
    works = unit in WORKING
    seconds = calendar.working_seconds(start, end) if works else int((end - start).total_seconds())
    days, rest = divmod(max(seconds, 0), calendar.day_seconds if works else 24 * HOUR)
    hours = f"{rest / HOUR:.1f}".removesuffix(".0")
    parts = []
    if days:
        words = (
            ngettext("%(n)s working day", "%(n)s working days", days)
            if works
            else ngettext("%(n)s day", "%(n)s days", days)
        )
        parts.append(words % {"n": days})
    if hours != "0" or not days:
        parts.append((_("%(n)s working hours") if works else _("%(n)s hours")) % {"n": hours})
    return " ".join(parts)
