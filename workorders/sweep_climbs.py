"""A batch of orders going up one step of the ladder, written in one statement for each table."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts import bulk, notices
from accounts.notices import Draft
from grids.calendar import WorkingCalendar
from grids.roles import Permission
from workorders import lapsing, people
from workorders.actions.moving import follow, turn_on
from workorders.climbing import Climb
from workorders.clocks import started_by
from workorders.models import Escalation, EscalationStep, Event, Involvement, StageClock, WorkOrder
from workorders.reckoning import Times, times
from workorders.states import Move, Stage, State
from workorders.sweep_notices import drafts_for, who_has

STOPPED = (Stage.ACCEPT, Stage.DISPATCH, Stage.SIGN, Stage.HANDLE)
"""The clocks that a climb ends; the step's own handling clock begins."""


@dataclass(frozen=True)
class Rise:
    """One order about to climb."""

    clock: StageClock
    climb: Climb
    grace: EscalationStep | None

    @property
    def order(self) -> WorkOrder:
        return self.clock.order


def write(rises: Sequence[Rise], calendar: WorkingCalendar, now: dt.datetime) -> None:
    """Put the climbs down: orders, clocks, escalations, history, lasting sight, notices."""
    if not rises:
        return
    owner_ids = _owners(rises, now)
    deadlines = [_times(rise, calendar, now) for rise in rises]
    order_ids = [rise.order.pk for rise in rises]
    drafts = _drafts(rises, owner_ids, now)
    last = dict(
        Event.objects.filter(order_id__in=order_ids)
        .order_by("order_id", "-id")
        .distinct("order_id")
        .values_list("order_id", "at")
    )
    running = StageClock.objects.running().filter(order_id__in=order_ids, stage__in=STOPPED)
    stopped: dict[int, list[str]] = {}
    for order_id, stage in running.order_by("id").values_list("order_id", "stage"):
        stopped.setdefault(order_id, []).append(stage)
    running.update(stopped_at=now, next_at=None)
    _insert_clocks(rises, deadlines, now)
    lapsed = lapsing.lapse_many((rise.order for rise in rises), now)
    details = [
        _details(rise, owner_id, stopped.get(rise.order.pk, []), lapsed.get(rise.order.pk), now)
        for rise, owner_id in zip(rises, owner_ids, strict=True)
    ]
    _insert_history(rises, owner_ids, last, details, now)
    _give_sight(rises, owner_ids, now)
    _move_orders(rises, owner_ids, deadlines, now)
    _let_assists_follow(rises, now)
    notices.send_many(drafts, now=now)


def _owners(rises: Sequence[Rise], now: dt.datetime) -> list[int | None]:
    """Return who each order becomes: the holder of the step's role, None where the node's dispatchers share it, and
    where nobody is there at all somebody of the nearest level above, so that no step is climbed into the void."""
    named = people.owners(((rise.climb.node_id, rise.climb.step.role) for rise in rises), now)
    staff = _staff(rises, now)
    found: list[int | None] = []
    stand_ins: dict[tuple[int, ...], int | None] = {}
    for rise in rises:
        owner_id = named.get((rise.climb.node_id, rise.climb.step.role))
        if owner_id is None and not staff[rise.order.pk]:
            path = (*rise.order.path_ids, rise.climb.node_id)
            if rise.order.is_confidential or path not in stand_ins:
                stand_ins[path] = people.stand_in(rise.order, rise.climb.node_id, now)
            owner_id = stand_ins[path]
        found.append(owner_id)
    return found


def _staff(rises: Sequence[Rise], now: dt.datetime) -> dict[int, list[int]]:
    """Map each order to who dispatches at the node it climbs to, and may see it."""
    there = people.at_nodes({rise.climb.node_id for rise in rises}, Permission.DISPATCH, now)
    trust = people.trusted((rise.order for rise in rises), now)
    return {r.order.pk: people.only_trusted(there.get(r.climb.node_id, ()), r.order, trust) for r in rises}


def _times(rise: Rise, calendar: WorkingCalendar, now: dt.datetime) -> Times:
    """The step's time runs from the moment at which the order was due to climb, not from a late sweep."""
    return times(rise.climb.step, rise.clock.climb_at or now, calendar, rise.grace)


def _move_orders(
    rises: Sequence[Rise], owner_ids: Sequence[int | None], deadlines: Sequence[Times], now: dt.datetime
) -> None:
    orders = [rise.order for rise in rises]
    fixed = {
        "state": State.FILED.value,
        "is_escalated": True,
        "stage": Stage.HANDLE.value,
        "lead_unit_id": None,
        "transfer_unit_id": None,
    }
    bulk.update(
        WorkOrder,
        [order.pk for order in orders],
        {name: [value] * len(orders) for name, value in fixed.items()}
        | {
            "version": [order.version + 1 for order in orders],
            "holder_id": [rise.climb.node_id for rise in rises],
            "assignee_id": owner_ids,
            "step": [rise.climb.step.position for rise in rises],
            "accepted_at": [order.accepted_at or now for order in orders],
            "warn_at": [at.warn_at for at in deadlines],
            "due_at": [at.due_at for at in deadlines],
        },
    )


def _let_assists_follow(rises: Sequence[Rise], now: dt.datetime) -> None:
    """Give the results of sub-orders to the new owners; few orders have any, so one after the other."""
    for order in WorkOrder.objects.filter(pk__in=[rise.order.pk for rise in rises if rise.order.assist_count]):
        follow(turn_on(order, None, None, now), skip_locked=True)


def _insert_clocks(rises: Sequence[Rise], deadlines: Sequence[Times], now: dt.datetime) -> None:
    steps = [rise.climb.step for rise in rises]
    bulk.insert(
        StageClock,
        {
            "district_id": [rise.order.district_id for rise in rises],
            "order_id": [rise.order.pk for rise in rises],
            "step_id": [step.pk for step in steps],
            "value": [step.value for step in steps],
            "unit": [step.unit for step in steps],
            "started_at": [rise.clock.climb_at or now for rise in rises],
            "warn_at": [at.warn_at for at in deadlines],
            "due_at": [at.due_at for at in deadlines],
            "climb_at": [at.climb_at for at in deadlines],
            "next_at": [at.warn_at for at in deadlines],
        },
        {"stage": Stage.HANDLE.value},
    )


def _details(
    rise: Rise, owner_id: int | None, stopped: Sequence[str], lapsed: Sequence[str] | None, now: dt.datetime
) -> dict[str, Any]:
    """Say for the replay what a climb did to the clocks, as `Clockwork` does for a move by hand."""
    clocks: list[dict[str, Any]] = [{"do": "stop", "stages": list(stopped)}] if stopped else []
    clocks.append(started_by(Stage.HANDLE, rise.climb.step, rise.clock.climb_at or now, rise.grace))
    return {"assignee": owner_id, "clocks": clocks} | ({"lapsed": list(lapsed)} if lapsed else {})


def _insert_history(
    rises: Sequence[Rise],
    owner_ids: Sequence[int | None],
    last: dict[int, dt.datetime],
    details: Sequence[dict[str, Any]],
    now: dt.datetime,
) -> None:
    shared = {
        "district_id": [rise.order.district_id for rise in rises],
        "order_id": [rise.order.pk for rise in rises],
    }
    bulk.insert(
        Escalation,
        shared
        | {
            "position": [rise.climb.step.position for rise in rises],
            "from_node_id": [rise.order.holder_id for rise in rises],
            "to_node_id": [rise.climb.node_id for rise in rises],
            "passed_user_id": [rise.order.assignee_id for rise in rises],
        },
        {"at": now, "by_timer": True},
    )
    bulk.insert(
        Event,
        shared
        | {
            "from_state": [rise.order.state for rise in rises],
            "node_id": [rise.climb.node_id for rise in rises],
            "to_user_id": owner_ids,
            "details": details,
            "elapsed_seconds": [int((now - last.get(rise.order.pk, now)).total_seconds()) for rise in rises],
        },
        {"at": now, "move": Move.ESCALATE.value, "to_state": State.FILED.value},
    )


def _give_sight(rises: Sequence[Rise], owner_ids: Sequence[int | None], now: dt.datetime) -> None:
    """Who was passed keeps sight of the order, and whoever has it now gets it."""
    users = {
        (rise.order.pk, user_id)
        for rise, owner_id in zip(rises, owner_ids, strict=True)
        for user_id in (rise.order.assignee_id, owner_id)
        if user_id is not None
    }
    units = {(rise.order.pk, rise.order.lead_unit_id) for rise in rises if rise.order.lead_unit_id is not None}
    for column, pairs in (("user_id", sorted(users)), ("unit_id", sorted(units))):
        columns = {"order_id": [pair[0] for pair in pairs], column: [pair[1] for pair in pairs]}
        bulk.insert(Involvement, columns, {"since": now}, ignore_conflicts=True)


def _drafts(rises: Sequence[Rise], owner_ids: Sequence[int | None], now: dt.datetime) -> list[Draft]:
    staff = _staff(rises, now)
    passed = who_has((rise.order for rise in rises), now)
    drafts: list[Draft] = []
    for rise, owner_id in zip(rises, owner_ids, strict=True):
        receiving = {owner_id} if owner_id is not None else set(staff[rise.order.pk])
        drafts += drafts_for(rise.order, "order_escalated", receiving)
        drafts += drafts_for(rise.order, "order_passed_up", set(passed.get(rise.order.pk, ())) - receiving)
    return drafts
