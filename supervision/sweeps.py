"""The supervision sweep: replies due soon and overdue, work orders that ended, drafts for orders long overdue.

Like the timers of work orders (workorders/sweeps.py): any number of workers may sweep at once, each claims a batch
with SKIP LOCKED, what is done moves on so that nothing is done twice, and every statement is for a whole batch.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts import notices
from accounts.notices import Draft
from grids.calendar import load_calendar
from grids.models import Grid
from supervision import parties, rules
from supervision.actions import number_prefix, overdue_since
from supervision.models import SupervisionEvent, SupervisionOrder
from supervision.states import OPEN, Act, State
from workorders.models import WorkOrder
from workorders.numbers import take_many
from workorders.querysets import OrderQuerySet
from workorders.states import State as OrderState
from workorders.states import SupervisionLevel as Level

BATCH = 500
UNREAD = ("description", "result", "routing", "contact_name", "contact_phone")
NOTHING = (0, 0)


@dataclass(frozen=True)
class Done:
    """What one run did."""

    warned: int = 0
    overdue: int = 0
    prompted: int = 0
    drafted: int = 0


def run(now: dt.datetime | None = None) -> Done:
    """Do everything that is due by now."""
    moment = now or timezone.now()
    warned = overdue = 0
    while (batch := _remind(moment)) != NOTHING:
        warned, overdue = warned + batch[0], overdue + batch[1]
    prompted = _all(lambda: _prompt(moment))
    _all(lambda: _drop_pointless(moment))
    drafted = sum(_draft_in(district, moment) for district in Grid.objects.filter(parent=None).only("pk", "code"))
    return Done(warned, overdue, prompted, drafted)


def _all(batch: Callable[[], int]) -> int:
    total = 0
    while count := batch():
        total += count
    return total


@transaction.atomic
def _remind(now: dt.datetime) -> tuple[int, int]:
    """Tell of replies that are due soon or overdue; returns how many of each."""
    due = SupervisionOrder.objects.filter(state=State.ISSUED, next_at__lte=now).order_by("next_at", "id")
    items = list(due.select_related("order").select_for_update(of=("self",), skip_locked=True)[:BATCH])
    concerned = parties.of(items, now)
    drafts: list[Draft] = []
    history: list[SupervisionEvent] = []
    for item in items:
        who = concerned[item.pk]
        if item.due_at is not None and item.due_at <= now:
            item.overdue_at, item.next_at = now, None
            history.append(_event(item, Act.OVERDUE, now))
            drafts += _drafts(item, "supervision_overdue", [*who.addressees, *who.leaders, *who.supervisors])
        else:
            item.warned_at, item.next_at = now, item.due_at
            drafts += _drafts(item, "supervision_due_soon", who.addressees)
    SupervisionOrder.objects.bulk_update(items, ["overdue_at", "warned_at", "next_at"])
    SupervisionEvent.objects.bulk_create(history)
    notices.send_many(drafts, now=now)
    return len(items) - len(history), len(history)


@transaction.atomic
def _prompt(now: dt.datetime) -> int:
    """Tell the supervisor once that the supervised work order ended: concluding stays theirs to do."""
    ended = SupervisionOrder.objects.running().filter(prompted_at=None, order__finished_at__isnull=False)
    items = list(ended.select_related("order").select_for_update(of=("self",), skip_locked=True)[:BATCH])
    concerned = parties.of(items, now)
    drafts: list[Draft] = []
    for item in items:
        item.prompted_at = now
        drafts += _drafts(item, "supervision_order_finished", concerned[item.pk].supervisors)
    SupervisionOrder.objects.bulk_update(items, ["prompted_at"])
    SupervisionEvent.objects.bulk_create(_event(item, Act.ORDER_FINISHED, now) for item in items)
    notices.send_many(drafts, now=now)
    reopened = SupervisionOrder.objects.running().filter(prompted_at__isnull=False, order__finished_at=None)
    reopened.update(prompted_at=None)
    return len(items)


def _draft_in(district: Grid, now: dt.datetime) -> int:
    """Draft supervision orders for the district's orders that are overdue beyond its limit; returns how many."""
    span = rules.limits(district.pk)[rules.DRAFT]
    since = rules.cutoff(load_calendar(), now, span)
    return _all(lambda: _draft(district, since, now))


@transaction.atomic
def _draft(district: Grid, since: dt.datetime, now: dt.datetime) -> int:
    """Draft for one batch. The orders are locked, then read again: nobody issues on them meanwhile."""
    wanting = _wanting(district, since)
    claimed = wanting.select_for_update(of=("self",), skip_locked=True).order_by("due_at", "id")[:BATCH]
    orders = list(_wanting(district, since).filter(pk__in=[order.pk for order in claimed.only("pk")]).defer(*UNREAD))
    if not orders:
        return 0
    numbers = take_many(number_prefix(district.code, now), len(orders))
    items = SupervisionOrder.objects.bulk_create(
        SupervisionOrder(
            district=district,
            number=number,
            order=order,
            state=State.DRAFT,
            level=Level.ORDINARY,
            unit_id=order.lead_unit_id if order.state in {OrderState.DISPATCHED, OrderState.IN_PROGRESS} else None,
            node_id=order.holder_id,
            opened_at=now,
            overdue_since=overdue_since(order, now),
        )
        for number, order in zip(numbers, orders, strict=True)
    )
    SupervisionEvent.objects.bulk_create(_event(item, Act.DRAFT, now) for item in items)
    _tell_of_drafts(items, now)
    return len(items)


def _wanting(district: Grid, since: dt.datetime) -> OrderQuerySet:
    """Open orders whose stage or whole deadline passed before `since`, and had no supervision order of its own yet."""
    made = SupervisionOrder.objects.filter(order=OuterRef("pk"))
    late = Q(pk__in=[])
    for deadline in ("due_at", "whole_due_at"):
        had = made.filter(overdue_since__gte=OuterRef(deadline))
        late |= Q(~Exists(had), **{f"{deadline}__lte": since})
    open_one = made.filter(state__in=OPEN)
    return (
        WorkOrder.objects.open().filter(late, ~Exists(open_one), district=district).exclude(state=OrderState.SUSPENDED)
    )


@transaction.atomic
def _drop_pointless(now: dt.datetime) -> int:
    """Drop drafts of work orders that have ended meanwhile: nothing was issued, nobody is asked."""
    drafts = SupervisionOrder.objects.filter(state=State.DRAFT, order__finished_at__isnull=False)
    items = list(drafts.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for item in items:
        item.state, item.closed_at, item.version = State.DROPPED, now, item.version + 1
    SupervisionOrder.objects.bulk_update(items, ["state", "closed_at", "version"])
    SupervisionEvent.objects.bulk_create(_event(item, Act.DROP, now) for item in items)
    return len(items)


def _tell_of_drafts(items: Sequence[SupervisionOrder], now: dt.datetime) -> None:
    """Tell each supervisor of the one draft, or how many there are."""
    concerned = parties.of(items, now)
    mine: dict[int, list[SupervisionOrder]] = {}
    for item in items:
        for user_id in concerned[item.pk].supervisors:
            mine.setdefault(user_id, []).append(item)
    drafts, url = [], f"{reverse('supervision:list')}?tab=drafts"
    for user_id, theirs in sorted(mine.items()):
        if len(theirs) == 1:
            drafts += _drafts(theirs[0], "supervision_drafted", [user_id])
        else:
            drafts.append(Draft(user_id, "supervision_drafts", {"count": len(theirs)}, url))
    notices.send_many(drafts, now=now)


def _drafts(item: SupervisionOrder, kind: str, user_ids: Sequence[int]) -> list[Draft]:
    url = item.get_absolute_url()
    return [Draft(user_id, kind, {"number": item.number}, url) for user_id in sorted(set(user_ids))]


def _event(item: SupervisionOrder, act: Act, now: dt.datetime) -> SupervisionEvent:
    return SupervisionEvent(
        supervision=item,
        at=now,
        act=act,
        to_state=item.state,
        level=item.level,
        unit_id=item.unit_id,
        node_id=item.node_id,
        due_at=item.due_at,
    )
