"""What a sweep tells people: due soon and overdue, for a whole batch of clocks in a few statements."""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache

from accounts import bulk, notices
from accounts.notices import Draft
from grids.roles import Permission
from workorders import people
from workorders.models import StageClock, WorkOrder
from workorders.states import CLIMBING, Stage, State, Urgency
from workorders.timers import Decision, Verdict

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

Decided = tuple[StageClock, Decision]


def write(decided: Sequence[Decided], now: dt.datetime) -> None:
    """Move these clocks on to their next moment and tell whoever has to know."""
    bulk.update(
        StageClock,
        [clock.pk for clock, _ in decided],
        {
            "next_at": [decision.next_at for _, decision in decided],
            "warned_at": [clock.warned_at or (now if d.verdict in NOTICE_KINDS else None) for clock, d in decided],
            "overdue_at": [now if d.verdict == Verdict.OVERDUE else clock.overdue_at for clock, d in decided],
        },
    )
    told = [(clock, NOTICE_KINDS[d.verdict]) for clock, d in decided if d.verdict in NOTICE_KINDS]
    having = who_has((clock.order for clock, _ in told), now)
    above = _people_above(
        [clock for clock, kind in told if kind == "order_overdue" and clock.stage not in CLIMBING], now
    )
    waiting = _who_waits([clock.order for clock, kind in told if kind == "order_overdue"], now)
    drafts: list[Draft] = []
    for clock, kind in told:
        is_whole = clock.stage == Stage.WHOLE and kind == "order_overdue"
        users = {*having.get(clock.order_id, ()), *above.get(clock.pk, ())}
        if kind == "order_overdue":
            users |= set(waiting.get(clock.order_id, ()))
        drafts += drafts_for(clock.order, "order_whole_overdue" if is_whole else kind, users)
    notices.send_many(drafts, now=now)


def drafts_for(order: WorkOrder, kind: str, user_ids: Iterable[int]) -> list[Draft]:
    """Return a notice about the order for each of these people."""
    params, url = {"number": order.number}, _url(order.pk)
    return [Draft(user_id, kind, params, url, order.urgency == Urgency.EMERGENCY) for user_id in sorted(user_ids)]


@lru_cache(maxsize=4096)
def _url(order_id: int) -> str:
    """Return an order's address; reversing it for each notice would take a tenth of a sweep."""
    return WorkOrder(pk=order_id).get_absolute_url()


def who_has(orders: Iterable[WorkOrder], now: dt.datetime) -> dict[int, list[int]]:
    """Say for each order who has it now: the assignee, the unit's people, or those of the holder who may act and see
    it."""
    many = list(orders)
    units = people.of_units({o.lead_unit_id for o in many if o.assignee_id is None and o.lead_unit_id}, now)
    by_state = {
        state: people.at_nodes({o.holder_id for o in many if o.state == state}, permission, now)
        for state, permission in ACTING.items()
        if any(o.state == state and o.assignee_id is None for o in many)
    }
    trust = people.trusted(many, now)
    found: dict[int, list[int]] = {}
    for order in many:
        in_hand = order.state in {State.DISPATCHED, State.IN_PROGRESS}
        if order.assignee_id is not None:
            found[order.pk] = [order.assignee_id]
        elif in_hand and order.lead_unit_id and units.get(order.lead_unit_id):
            found[order.pk] = units[order.lead_unit_id]
        else:
            able = by_state.get(State(order.state), {}).get(order.holder_id, [])
            found[order.pk] = people.only_trusted(able, order, trust)
    return found


def _who_waits(orders: Iterable[WorkOrder], now: dt.datetime) -> dict[int, list[int]]:
    """Say for each sub-order among these who has the order that it assists; two queries, none without sub-orders."""
    parents = {order.pk: order.parent_id for order in orders if order.parent_id is not None}
    if not parents:
        return {}
    having = who_has(WorkOrder.objects.filter(pk__in=set(parents.values())), now)
    return {pk: having.get(parent_id, []) for pk, parent_id in parents.items() if parent_id is not None}


def _people_above(clocks: Sequence[StageClock], now: dt.datetime) -> dict[int, list[int]]:
    """Return, for overdue clocks that do not climb, the people of the level above the holder who may see
    the order."""
    nodes = {clock.pk: people.above(clock.order, clock.order.holder_id) for clock in clocks}
    there = people.at_nodes(set(nodes.values()), Permission.DISPATCH, now)
    trust = people.trusted((clock.order for clock in clocks), now)
    return {c.pk: people.only_trusted(there.get(nodes[c.pk], ()), c.order, trust) for c in clocks}
