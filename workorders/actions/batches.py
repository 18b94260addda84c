"""Many orders moved in one transaction: each is checked and moved alone in memory, then written a table at a time.

The move itself is the single order's (`handling.dispatch_on`): only its desk differs (workorders/desk.py). Orders whose
move touches more than their own rows go through the single action: tasks, orders with requests that may lapse or a
transfer under way, those that others assist, and confidential ones.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts import bulk, notices
from accounts.models import User
from accounts.notices import Draft
from grids.backends import standing_for
from grids.calendar import WorkingCalendar, load_calendar
from grids.models import Grid, Unit
from workorders import people
from workorders.actions.moving import Turn, turn_on
from workorders.clocks import Clockwork
from workorders.desk import Desk
from workorders.limits import Rulebook
from workorders.models import Category, EscalationStep, Event, Involvement, Limit, StageClock, WorkOrder
from workorders.reckoning import Times, times
from workorders.states import Move, OrderKind
from workorders.workflow import InvalidMove, StaleOrder, check_move

SIZE = 250
"""Orders locked and written together."""
UNREAD = ("contact_name", "contact_phone", "result", "routing", "description")


@dataclass
class Pad:
    """What one order's move wrote; thrown away when the move is refused."""

    fields: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    started: list[StageClock] = field(default_factory=list)
    involved: list[tuple[int, int | None, int | None]] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)


class BatchDesk(Desk):
    """Has read what the moves of these locked orders look at, and gathers what they write."""

    def __init__(self, orders: Sequence[WorkOrder], now: dt.datetime) -> None:
        keys = [order.pk for order in orders]
        self.now = now
        self.calendar = load_calendar()
        self.books = {district_id: Rulebook.load(district_id) for district_id in {o.district_id for o in orders}}
        self._trees = dict(Grid.objects.filter(pk__in=self.books).values_list("pk", "tree_id"))
        self._clocks: dict[int, list[StageClock]] = defaultdict(list)
        for clock in StageClock.objects.running().filter(order_id__in=keys):
            self._clocks[clock.order_id].append(clock)
        last = Event.objects.filter(order_id__in=keys).order_by("order_id", "-id").distinct("order_id")
        self._last: dict[int, dt.datetime] = dict(last.values_list("order_id", "at"))
        self._merged: dict[int, list[int]] = defaultdict(list)
        merged = WorkOrder.objects.filter(merged_into__in=keys, is_confidential=False)
        for pk, head_id in merged.values_list("pk", "merged_into"):
            if head_id is not None:
                self._merged[head_id].append(pk)
        self._known: dict[Any, Any] = {}
        self._pad = Pad()
        self._done: list[tuple[WorkOrder, Pad]] = []

    def turn(self, order: WorkOrder, actor: User) -> Turn:
        """Begin an order's turn on an empty pad."""
        self._pad = Pad()
        clocks = Clockwork(order.district_id, self.books[order.district_id], self.calendar, desk=self)
        return turn_on(order, actor, standing_for(actor), self.now, clocks)

    def accept(self, order: WorkOrder) -> None:
        """Keep what the order's move wrote."""
        self._done.append((order, self._pad))

    def running(self, order: WorkOrder, stages: Collection[str] = ()) -> list[StageClock]:
        clocks = [*self._clocks[order.pk], *self._pad.started]
        return [clock for clock in clocks if clock.stopped_at is None and (not stages or clock.stage in stages)]

    def times(
        self,
        rule: Limit | EscalationStep,
        started_at: dt.datetime,
        calendar: WorkingCalendar,
        grace: EscalationStep | None,
    ) -> Times:
        key = (type(rule), rule.pk, started_at, grace.pk if grace is not None else None)
        found: Times = self._once(key, lambda: times(rule, started_at, calendar, grace))
        return found

    def keep_clock(self, clock: StageClock, fields: Sequence[str] | None = None) -> None:
        if fields is None:
            self._pad.started.append(clock)

    def keep_order(self, order: WorkOrder, fields: Sequence[str]) -> None:
        self._pad.fields.update(fields)

    def last_moved_at(self, order: WorkOrder) -> dt.datetime | None:
        return self._pad.events[-1].at if self._pad.events else self._last.get(order.pk)

    def add_event(self, event: Event) -> None:
        self._pad.events.append(event)

    def involve(self, order: WorkOrder, user_id: int | None, unit_id: int | None) -> None:
        for pk in (order.pk, *self._merged.get(order.pk, ())):
            self._pad.involved += [(pk, user_id, None)] if user_id is not None else []
            self._pad.involved += [(pk, None, unit_id)] if unit_id is not None else []

    def of_unit(self, unit_id: int, now: dt.datetime) -> list[int]:
        found: list[int] = self._once(("unit", unit_id), lambda: people.of_units([unit_id], now).get(unit_id, []))
        return found

    def in_district(self, order: WorkOrder, unit: Unit) -> bool:
        return bool(unit.node.tree_id == self._trees[order.district_id])

    def may_handle(self, order: WorkOrder, user_id: int, unit: Unit | None, now: dt.datetime) -> bool:
        where = unit.pk if unit is not None else order.path_ids
        return bool(self._once(("may", user_id, where), lambda: people.may_handle(order, user_id, unit, now)))

    def send(
        self,
        recipient_ids: Sequence[int],
        kind: str,
        params: Mapping[str, Any],
        url: str,
        *,
        now: dt.datetime,
        is_urgent: bool,
    ) -> None:
        self._pad.drafts += [Draft(user_id, kind, params, url, is_urgent) for user_id in dict.fromkeys(recipient_ids)]

    def write(self) -> None:
        """Put down what the accepted moves wrote: one statement for each table, two for what two indexes keep apart."""
        pads = [pad for _order, pad in self._done]
        moved = {order.pk for order, _pad in self._done}
        stopped = [c for pk in moved for c in self._clocks[pk] if c.stopped_at is not None]
        bulk.update(StageClock, [c.pk for c in stopped], _columns(StageClock, stopped, ("stopped_at", "next_at")))
        _insert(StageClock, [clock for pad in pads for clock in pad.started])
        _insert(Event, [event for pad in pads for event in pad.events])
        for column, position in (("user_id", 1), ("unit_id", 2)):
            rows = dict.fromkeys((row[0], row[position]) for pad in pads for row in pad.involved if row[position])
            columns: dict[str, list[Any]] = {"order_id": [row[0] for row in rows], column: [row[1] for row in rows]}
            bulk.insert(Involvement, columns, {"since": self.now}, ignore_conflicts=True)
        names = sorted(set().union(*(pad.fields for pad in pads)))
        orders = [order for order, _pad in self._done]
        bulk.update(WorkOrder, [order.pk for order in orders], _columns(WorkOrder, orders, names))
        notices.send_many([draft for pad in pads for draft in pad.drafts], now=self.now)

    def _once(self, key: Any, make: Callable[[], Any]) -> Any:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]


def _insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    names = [f.attname for f in model._meta.concrete_fields if not f.primary_key]
    bulk.insert(model, _columns(model, rows, names))


def _columns(model: type[models.Model], rows: Sequence[models.Model], names: Iterable[str]) -> dict[str, list[Any]]:
    return {name: [getattr(row, name) for row in rows] for name in names}


@dataclass
class Moved:
    """What became of a batch: moved, refused with the reason, and left to the single action."""

    moved: set[int] = field(default_factory=set)
    refused: dict[int, Exception] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)


@transaction.atomic
def move(
    name: Move,
    versions: Mapping[int, int | None],
    make: Callable[[Turn], object],
    *,
    actor: User,
    now: dt.datetime,
) -> Moved:
    """Make the move on each of these orders that allows it; raises nothing for those that do not."""
    locked = WorkOrder.objects.select_for_update(of=("self",)).defer(*UNREAD)
    orders = list(locked.filter(pk__in=versions).order_by("pk"))
    categories = Category.objects.in_bulk({order.category_id for order in orders})
    for order in orders:
        order.category = categories[order.category_id]
    desk, found = BatchDesk(orders, now), Moved()
    for order in orders:
        if _touches_more(order):
            found.left.add(order.pk)
            continue
        turn = desk.turn(order, actor)
        try:
            _check(order, versions[order.pk], name, turn)
            make(turn)
        except (InvalidMove, PermissionDenied, ValidationError) as refusal:
            found.refused[order.pk] = refusal
        else:
            desk.accept(order)
            found.moved.add(order.pk)
    desk.write()
    return found


def _check(order: WorkOrder, version: int | None, name: Move, turn: Turn) -> None:
    if version is not None and order.version != version:
        raise StaleOrder(_("Somebody moved this order meanwhile. Look at its present state, then decide again."))
    check_move(order, name, turn.who)


def _touches_more(order: WorkOrder) -> bool:
    return bool(
        order.kind != OrderKind.INCIDENT
        or order.pending_approvals
        or order.transfer_unit_id is not None
        or order.is_confidential
        or order.assist_count
    )
