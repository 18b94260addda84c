"""What a sweep writes for one batch, collected and then put down in a few statements."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection

from accounts import notices
from accounts.models import Notification
from grids.calendar import load_calendar
from grids.roles import Permission
from workorders import people
from workorders.climbing import Climb
from workorders.clocks import grace_step, new_clock, times
from workorders.models import Escalation, Event, Involvement, StageClock, WorkOrder
from workorders.states import CLIMBING, Move, Stage, State, Urgency
from workorders.timers import Decision, Verdict

if TYPE_CHECKING:
    from workorders.sweeps import Books

NOTICE_KINDS = {Verdict.WARN: "order_due_soon", Verdict.OVERDUE: "order_overdue"}
ACTING = {
    State.REPORTED: Permission.ACCEPT,
    State.FILED: Permission.DISPATCH,
    State.DISPATCHED: Permission.DISPATCH,
    State.IN_PROGRESS: Permission.DISPATCH,
    State.PENDING_VERIFICATION: Permission.VERIFY,
    State.PENDING_STRIKE_OFF: Permission.STRIKE_OFF,
    State.PENDING_CLOSURE: Permission.CLOSE,
}
"""Whom to tell at the holder's node where no person or unit has the order."""


class Batch:
    """Collects one batch's climbs and notices."""

    def __init__(self, now: dt.datetime, books: "Books") -> None:
        self.now = now
        self.books = books
        self.calendar = load_calendar()
        self.climbs: list[tuple[StageClock, Climb]] = []
        self.notices: list[tuple[StageClock, Decision]] = []

    def climb(self, clock: StageClock) -> None:
        climb = self.books.climb(clock.order)
        if climb is not None:
            self.climbs.append((clock, climb))

    def notice(self, clock: StageClock, decision: Decision) -> None:
        self.notices.append((clock, decision))

    def flush(self, climbing: set[int]) -> None:
        """Write everything. Clocks of climbing orders that the climb stops are not touched a second time."""
        kept = [(c, d) for c, d in self.notices if c.order_id not in climbing or c.stage not in _STOPPED_BY_CLIMB]
        self._write_notices(kept)
        if self.climbs:
            self._write_climbs()

    def _write_notices(self, rows: list[tuple[StageClock, Decision]]) -> None:
        for clock, decision in rows:
            clock.next_at = decision.next_at
            if decision.verdict in {Verdict.WARN, Verdict.OVERDUE}:
                clock.warned_at = clock.warned_at or self.now
            if decision.verdict == Verdict.OVERDUE:
                clock.overdue_at = self.now
        StageClock.objects.bulk_update(
            [clock for clock, _ in rows], ["next_at", "warned_at", "overdue_at"], batch_size=500
        )
        told = [(clock, NOTICE_KINDS[d.verdict]) for clock, d in rows if d.verdict in NOTICE_KINDS]
        recipients = self._recipients(clock.order for clock, _ in told)
        above = self._above([clock for clock, kind in told if kind == "order_overdue" and clock.stage not in CLIMBING])
        made: list[Notification] = []
        for clock, kind in told:
            order = clock.order
            users = {*recipients.get(order.pk, ()), *above.get(clock.pk, ())}
            whole = clock.stage == Stage.WHOLE and kind == "order_overdue"
            made += self._notices(order, "order_whole_overdue" if whole else kind, users)
        Notification.objects.bulk_create(made)

    def _write_climbs(self) -> None:
        owners = people.owners(((climb.node_id, climb.step.role) for _, climb in self.climbs), self.now)
        last = self._last_moves([clock.order_id for clock, _ in self.climbs])
        staff = people.at_nodes({climb.node_id for _, climb in self.climbs}, Permission.DISPATCH, self.now)
        passed = self._recipients(clock.order for clock, _ in self.climbs)
        clocks, events, climbs, involved, notes = [], [], [], [], []
        updates: list[tuple[object, ...]] = []
        for clock, climb in self.climbs:
            order, step = clock.order, climb.step
            owner_id = owners.get((climb.node_id, step.role))
            # The step's time runs from the moment at which the order was due to climb, not from a late sweep.
            started_at = clock.climb_at or self.now
            grace = grace_step(self.books.ladder(order), step.position)
            fresh = new_clock(order, Stage.HANDLE, step, started_at, times(step, started_at, self.calendar, grace))
            clocks.append(fresh)
            updates.append(
                (
                    order.pk,
                    climb.node_id,
                    owner_id,
                    step.position,
                    order.accepted_at or self.now,
                    fresh.warn_at,
                    fresh.due_at,
                )
            )
            climbs.append(
                Escalation(
                    district_id=order.district_id,
                    order_id=order.pk,
                    position=step.position,
                    from_node_id=order.holder_id,
                    to_node_id=climb.node_id,
                    passed_user_id=order.assignee_id,
                    at=self.now,
                    by_timer=True,
                )
            )
            events.append(self._event(order, climb, owner_id, last.get(order.pk)))
            involved += [Involvement(order_id=order.pk, user_id=u) for u in {order.assignee_id, owner_id} - {None}]
            if order.lead_unit_id is not None:
                involved.append(Involvement(order_id=order.pk, unit_id=order.lead_unit_id))
            notes += self._notices(order, "order_escalated", [owner_id] if owner_id else staff.get(climb.node_id, []))
            notes += self._notices(order, "order_passed_up", set(passed.get(order.pk, ())) - {owner_id})
        StageClock.objects.running().filter(
            order_id__in=[clock.order_id for clock, _ in self.climbs], stage__in=_STOPPED_BY_CLIMB
        ).update(stopped_at=self.now, next_at=None)
        _update_orders(updates)
        StageClock.objects.bulk_create(clocks)
        Escalation.objects.bulk_create(climbs)
        Event.objects.bulk_create(events)
        Involvement.objects.bulk_create(involved, ignore_conflicts=True)
        Notification.objects.bulk_create(notes)

    def _event(self, order: WorkOrder, climb: Climb, owner_id: int | None, last_at: dt.datetime | None) -> Event:
        return Event(
            district_id=order.district_id,
            order_id=order.pk,
            at=self.now,
            move=Move.ESCALATE,
            from_state=order.state,
            to_state=State.FILED,
            node_id=climb.node_id,
            to_user_id=owner_id,
            elapsed_seconds=max(0, int((self.now - last_at).total_seconds())) if last_at else 0,
        )

    def _last_moves(self, order_ids: list[int]) -> dict[int, dt.datetime]:
        last = Event.objects.filter(order_id__in=order_ids).order_by("order_id", "-id").distinct("order_id")
        return dict(last.values_list("order_id", "at"))

    def _notices(self, order: WorkOrder, kind: str, user_ids: Iterable[int]) -> list[Notification]:
        return notices.make(
            sorted(user_ids),
            kind,
            {"number": order.number},
            order.get_absolute_url(),
            now=self.now,
            is_urgent=order.urgency == Urgency.EMERGENCY,
        )

    def _recipients(self, orders: Iterable[WorkOrder]) -> dict[int, list[int]]:
        """Say for each order who has it now: the assignee, the unit's people, or those of the holder who may act."""
        many = list(orders)
        units = people.of_units({o.lead_unit_id for o in many if o.assignee_id is None and o.lead_unit_id}, self.now)
        by_state = {
            state: people.at_nodes({o.holder_id for o in many if o.state == state}, permission, self.now)
            for state, permission in ACTING.items()
            if any(o.state == state for o in many)
        }
        found: dict[int, list[int]] = {}
        for order in many:
            in_hand = order.state in {State.DISPATCHED, State.IN_PROGRESS}
            if order.assignee_id is not None:
                found[order.pk] = [order.assignee_id]
            elif in_hand and order.lead_unit_id and units.get(order.lead_unit_id):
                found[order.pk] = units[order.lead_unit_id]
            else:
                found[order.pk] = by_state.get(State(order.state), {}).get(order.holder_id, [])
        return found

    def _above(self, clocks: list[StageClock]) -> dict[int, list[int]]:
        """Return, for overdue clocks that do not climb, the people of the level above the holder."""
        nodes = {clock.pk: people.above(clock.order, clock.order.holder_id) for clock in clocks}
        there = people.at_nodes(set(nodes.values()), Permission.DISPATCH, self.now)
        return {pk: there.get(node_id, []) for pk, node_id in nodes.items()}


_STOPPED_BY_CLIMB = frozenset({Stage.ACCEPT, Stage.DISPATCH, Stage.SIGN, Stage.HANDLE})


def _update_orders(rows: list[tuple[object, ...]]) -> None:
    """Move all climbing orders in one statement."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE workorders_workorder AS o
               SET state = 'filed', is_escalated = true, stage = 'handle', lead_unit_id = NULL, version = o.version + 1,
                   holder_id = n.holder_id, assignee_id = n.assignee_id, step = n.step,
                   accepted_at = n.accepted_at, warn_at = n.warn_at, due_at = n.due_at
              FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::smallint[], %s::timestamptz[],
                          %s::timestamptz[], %s::timestamptz[])
                AS n(id, holder_id, assignee_id, step, accepted_at, warn_at, due_at)
             WHERE o.id = n.id
            """,
            columns,
        )
