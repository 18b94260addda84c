"""Where a move reads what it has to know and writes what it brings about: here at once, row by row.

A move of many orders gives its turns another desk (workorders/actions/batches.py), which has read everything before
and writes everything afterwards, a statement for each table. What a move does is written once and runs on both.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from accounts import notices
from grids.calendar import WorkingCalendar
from grids.models import Unit
from workorders import people
from workorders.models import EscalationStep, Event, Involvement, Limit, StageClock, WorkOrder
from workorders.reckoning import Times, times


class Desk:
    """Reads and writes at once, in the caller's transaction."""

    def running(self, order: WorkOrder, stages: Collection[str] = ()) -> list[StageClock]:
        """Return the order's running clocks of these stages, or all of them."""
        found = StageClock.objects.running().filter(order=order)
        return list(found.filter(stage__in=stages) if stages else found)

    def times(
        self,
        rule: Limit | EscalationStep,
        started_at: dt.datetime,
        calendar: WorkingCalendar,
        grace: EscalationStep | None,
    ) -> Times:
        return times(rule, started_at, calendar, grace)

    def keep_clock(self, clock: StageClock, fields: Sequence[str] | None = None) -> None:
        clock.save(update_fields=fields)

    def keep_order(self, order: WorkOrder, fields: Sequence[str]) -> None:
        order.save(update_fields=fields)

    def last_moved_at(self, order: WorkOrder) -> dt.datetime | None:
        return Event.objects.filter(order=order).order_by("-id").values_list("at", flat=True).first()

    def add_event(self, event: Event) -> None:
        event.save()

    def involve(self, order: WorkOrder, user_id: int | None, unit_id: int | None) -> None:
        """Give lasting sight to whoever is handed the order, and of what was merged into it but is not confidential."""
        merged = WorkOrder.objects.filter(merged_into=order, is_confidential=False)
        keys = [order.pk, *merged.values_list("pk", flat=True)]
        rows = []
        if user_id is not None:
            rows += [Involvement(order_id=pk, user_id=user_id) for pk in keys]
        if unit_id is not None:
            rows += [Involvement(order_id=pk, unit_id=unit_id) for pk in keys]
        Involvement.objects.bulk_create(rows, ignore_conflicts=True)

    def trusted(self, order: WorkOrder, now: dt.datetime) -> dict[int, set[int]]:
        return people.trusted([order], now)

    def of_unit(self, unit_id: int, now: dt.datetime) -> list[int]:
        """Return who handles a unit's orders."""
        return people.of_units([unit_id], now).get(unit_id, [])

    def in_district(self, order: WorkOrder, unit: Unit) -> bool:
        return people.in_district(order, unit)

    def may_handle(self, order: WorkOrder, user_id: int, unit: Unit | None, now: dt.datetime) -> bool:
        return people.may_handle(order, user_id, unit, now)

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
        notices.send(recipient_ids, kind, params, url, now=now, is_urgent=is_urgent)
