"""Who had how long, and what came of it: credit and delay of an order split by unit. Pure; no database.

Held is working time (the office's calendar) between being handed the order and giving it away or giving the result,
without suspensions; late is the part of it after the deadline of the handling clock.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.calendar import WorkingCalendar
from workorders.models import Event, StageClock, WorkOrder
from workorders.states import ClosingKind, Move, State


class Part(models.TextChoices):
    ACCOUNTABLE = "accountable", _("answers for it")
    LEAD = "lead", _("led")
    ASSIST = "assist", _("assisted")


class Outcome(models.TextChoices):
    """What became of the order in a unit's hands."""

    IN_HAND = "in_hand", _("in hand")
    RESULT = "result", _("gave the result")
    RETURNED = "returned", _("returned it")
    PASSED_UP = "passed_up", _("passed up from it")
    GIVEN_AWAY = "given_away", _("given to others")
    RELEASED = "released", _("released")
    NOT_HELD = "not_held", _("did not handle it")


OUTCOMES = {
    Move.SUBMIT_RESULT: Outcome.RESULT,
    Move.RETURN_ORDER: Outcome.RETURNED,
    Move.ESCALATE: Outcome.PASSED_UP,
    Move.RELEASE: Outcome.RELEASED,
}
HELD = frozenset({State.DISPATCHED, State.IN_PROGRESS})

Key = tuple[int | None, int | None]
"""(unit, None), or (None, node) where no unit had it."""


@dataclass
class Share:
    """One unit's, or where no unit had it one node's, part in an order; seconds of working time."""

    unit_id: int | None
    node_id: int | None
    part: Part
    held_seconds: int = 0
    overdue_seconds: int = 0
    outcome: Outcome = Outcome.NOT_HELD
    answers: bool = field(default=False)


def split(
    order: WorkOrder,
    parts: Sequence[WorkOrder],
    events: Iterable[Event],
    clocks: Iterable[StageClock],
    calendar: WorkingCalendar,
    now: dt.datetime,
) -> list[Share]:
    """Split an order among those who led it, those who assisted (`parts`, its sub-orders) and who answers for it.

    `events` and `clocks` are those of all these orders; events in the order in which they happened, clocks of the
    handling stage. In the order in which they came to it, assistants after those who led.
    """
    history, running = list(events), list(clocks)
    found: list[Share] = []
    for one, part in ((order, Part.LEAD), *((sub, Part.ASSIST) for sub in parts)):
        own = [event for event in history if event.order_id == one.pk]
        found += _held(one, part, own, [c for c in running if c.order_id == one.pk], calendar, now)
    _mark_who_answers(order, found)
    return found


def _held(
    order: WorkOrder,
    part: Part,
    events: Sequence[Event],
    clocks: Sequence[StageClock],
    calendar: WorkingCalendar,
    now: dt.datetime,
) -> list[Share]:
    shares: dict[Key, Share] = {}
    for event, after in zip(events, [*events[1:], None], strict=True):
        if event.to_state not in HELD:
            continue
        key = (event.unit_id, None if event.unit_id is not None else event.node_id)
        share = shares.setdefault(key, Share(*key, part=part))
        until = after.at if after is not None else now
        share.held_seconds += max(0, calendar.working_seconds(event.at, until))
        share.overdue_seconds += sum(_late(clock, event.at, until, calendar) for clock in clocks)
        share.outcome = _outcome(order, after, event)
    return list(shares.values())


def _late(clock: StageClock, start: dt.datetime, end: dt.datetime, calendar: WorkingCalendar) -> int:
    """Count the working time of this span that lies after the clock's deadline, while the clock ran."""
    first = max(start, clock.started_at, clock.due_at)
    last = min(end, clock.stopped_at or end)
    return calendar.working_seconds(first, last) if last > first else 0


def _outcome(order: WorkOrder, after: Event | None, event: Event) -> Outcome:
    if after is None:
        return Outcome.IN_HAND if not order.is_final else Outcome.GIVEN_AWAY
    if order.closing_kind == ClosingKind.WITHDRAWN and after.move == Move.RELEASE:
        return Outcome.RELEASED
    stays = after.to_state in {*HELD, State.SUSPENDED} and after.unit_id == event.unit_id
    return OUTCOMES.get(Move(after.move), Outcome.IN_HAND if stays else Outcome.GIVEN_AWAY)


def _mark_who_answers(order: WorkOrder, shares: list[Share]) -> None:
    """Mark the accountable one among those who led; where it never had the order in hand, put it first."""
    if order.accountable_unit_id is None and order.accountable_node_id is None:
        return
    key = (order.accountable_unit_id, order.accountable_node_id)
    mine = [s for s in shares if s.part == Part.LEAD and (s.unit_id, s.node_id) == key]
    if mine:
        mine[0].answers = True
    else:
        shares.insert(0, Share(*key, part=Part.ACCOUNTABLE, answers=True))
