"""Compare stored orders with their own history, many at a time: for the command, the nightly task and the tests."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grids.calendar import load_calendar
from workorders import replay
from workorders.models import Event, StageClock, WorkOrder
from workorders.querysets import OrderQuerySet
from workorders.replay import Difference, Rules

BATCH = 500
UNREAD = ("description", "result", "routing", "contact_name", "contact_phone")


@dataclass
class Report:
    """What a comparison found: how many orders, how many whose history begins before it was written, what differs."""

    checked: int = 0
    skipped: int = 0
    differing: list[tuple[str, list[Difference]]] = field(default_factory=list)


def compare(orders: OrderQuerySet, now: dt.datetime) -> Report:
    """Replay each of these orders and compare; reads in batches by key, locks nothing.

    An order that is moved while it is read may look wrong: it is read a second time before it counts.
    """
    rules, report = Rules.load(load_calendar()), Report()
    for rows in _batches(orders):
        for order, found in _compare(rows, rules, now, report):
            again = list(WorkOrder.objects.filter(pk=order.pk).defer(*UNREAD)) if found else []
            for _order, still in _compare(again, rules, now, None):
                if still:
                    report.differing.append((order.number, still))
    return report


def _compare(
    rows: Sequence[WorkOrder], rules: Rules, now: dt.datetime, report: Report | None
) -> Iterator[tuple[WorkOrder, list[Difference]]]:
    keys = [order.pk for order in rows]
    events: dict[int, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(order__in=keys).defer("note").order_by("order", "id"):
        events[event.order_id].append(event)
    clocks: dict[int, list[StageClock]] = defaultdict(list)
    for clock in StageClock.objects.filter(order__in=keys).order_by("order", "id"):
        clocks[clock.order_id].append(clock)
    for order in rows:
        if not replay.can_replay(events[order.pk]):
            if report is not None:
                report.skipped += 1
            continue
        if report is not None:
            report.checked += 1
        found = replay.replay(events[order.pk], rules)
        yield order, replay.differences(order, clocks[order.pk], found, max(now, events[order.pk][-1].at))


def _batches(orders: OrderQuerySet) -> Iterator[list[WorkOrder]]:
    last = 0
    while rows := list(orders.filter(pk__gt=last).defer(*UNREAD).order_by("pk")[:BATCH]):
        yield rows
        last = rows[-1].pk
