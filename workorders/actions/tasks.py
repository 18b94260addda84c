"""Orders of kind `task`: one grid's part in a round of standing work (the app `admission` says which and why).

They are made many at a time, in a few statements; they begin in progress, because nobody signs for what was admitted
for everybody; they never climb, and handing in closes them.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import bulk
from accounts.models import User
from grids.models import Grid, Unit
from workorders import numbers, people
from workorders.actions.moving import Turn, begin, end, finish, involve, tell
from workorders.models import Category, Event, Involvement, PhotoKind, StageClock, WorkOrder
from workorders.photos import CleanPhoto, attach
from workorders.states import ClosingKind, Difficulty, Move, OrderKind, Source, Stage, State


@dataclass(frozen=True)
class Place:
    """One order to be made: where, and whose it is."""

    grid_id: int
    community_id: int | None
    street_id: int | None
    co_community_id: int | None
    holder_id: int
    assignee_id: int
    address: str = ""


@dataclass(frozen=True)
class Deadline:
    """When it is due, given with the task; `value` and `unit` are how that was said."""

    warn_at: dt.datetime
    due_at: dt.datetime
    value: int
    unit: str


def issue_tasks(
    places: Sequence[Place], *, district: Grid, category: Category, title: str, deadline: Deadline, now: dt.datetime
) -> list[int]:
    """Make one order for each place: orders, clocks, history and lasting sight in a statement each.

    Returns their keys in the order of the places. Call it inside the transaction that decided on them; telling people
    is the caller's, who knows which orders belong together.
    """
    if not places:
        return []
    prefix = f"{district.code[:6]}{timezone.localdate(now):%Y%m%d}{Source.DEPARTMENT.letter}"
    taken = numbers.take_many(prefix, len(places))
    _insert_orders(places, taken, district, category, title, deadline, now)
    by_number = dict(WorkOrder.objects.filter(number__in=taken).values_list("number", "pk"))
    keys = [by_number[number] for number in taken]
    shared = {"district_id": district.pk}
    bulk.insert(
        StageClock,
        {"order_id": keys},
        shared
        | {
            "stage": Stage.HANDLE.value,
            "value": deadline.value,
            "unit": deadline.unit,
            "started_at": now,
            "warn_at": deadline.warn_at,
            "due_at": deadline.due_at,
            "next_at": deadline.warn_at,
            "is_given": True,
        },
    )
    bulk.insert(
        Event,
        {
            "order_id": keys,
            "node_id": [place.holder_id for place in places],
            "to_user_id": [place.assignee_id for place in places],
        },
        shared | {"at": now, "move": Move.DISPATCH.value, "to_state": State.IN_PROGRESS.value},
    )
    bulk.insert(Involvement, {"order_id": keys, "user_id": [place.assignee_id for place in places]}, {"since": now})
    return keys


def _insert_orders(
    places: Sequence[Place],
    taken: Sequence[str],
    district: Grid,
    category: Category,
    title: str,
    deadline: Deadline,
    now: dt.datetime,
) -> None:
    bulk.insert(
        WorkOrder,
        {
            "number": taken,
            "client_uuid": [str(uuid.uuid4()) for _place in places],
            "grid_id": [place.grid_id for place in places],
            "community_id": [place.community_id for place in places],
            "street_id": [place.street_id for place in places],
            "co_community_id": [place.co_community_id for place in places],
            "holder_id": [place.holder_id for place in places],
            "dispatched_from_id": [place.holder_id for place in places],
            "assignee_id": [place.assignee_id for place in places],
            "address": [place.address for place in places],
        },
        {
            "district_id": district.pk,
            "kind": OrderKind.TASK.value,
            "state": State.IN_PROGRESS.value,
            "source": Source.DEPARTMENT.value,
            "category_id": category.pk,
            "description": title,
            "difficulty": Difficulty.SIMPLE.value,
            "reported_at": now,
            "accepted_at": now,
            "dispatched_at": now,
            "signed_at": now,
            "stage": Stage.HANDLE.value,
            "warn_at": deadline.warn_at,
            "due_at": deadline.due_at,
        },
    )


@transaction.atomic
def hand_in(
    order: WorkOrder | int,
    *,
    actor: User,
    photos: Sequence[CleanPhoto] = (),
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Close a task's order with what its handler filled in; nobody verifies it. `submit_result` in the history."""
    turn = begin(order, Move.SUBMIT_RESULT, actor=actor, version=version, now=now)
    item = turn.order
    attach(item, PhotoKind.AFTER, photos, actor)
    item.handler = actor
    item.closing_kind = ClosingKind.SOLVED
    turn.to(State.CLOSED)
    end(turn)
    finish(turn, Move.SUBMIT_RESULT)
    return item


def pass_on(turn: Turn, move: Move, unit: Unit | None, assignee: User | None, note: str) -> WorkOrder:
    """Give a task's order to another person; it stays in progress and its deadline stays."""
    order = turn.order
    if unit is not None or assignee is None:
        raise ValidationError({"assignee": _("A task goes to a person, not to a unit.")})
    if not people.may_handle(order, assignee.pk, None, turn.now):
        raise ValidationError({"assignee": _("This person holds no post that could handle the order.")})
    was = order.assignee_id
    turn.hand_to(holder_id=order.holder_id, user_id=assignee.pk)
    turn.to(State.IN_PROGRESS)
    involve(order, user_id=assignee.pk)
    finish(turn, move, note=note, to_user=assignee.pk)
    tell(turn, "order_assigned", [assignee.pk])
    tell(turn, "order_reassigned_away", [was] if was != assignee.pk else [])
    return order


@transaction.atomic
def drop_tasks(order_ids: Collection[int], *, now: dt.datetime, actor: User | None) -> dict[int, int]:
    """Void those of these orders that are still open, because their task ended; returns order → who had it.

    Whoever is just handing one in is waited for, and keeps it.
    """
    locked = WorkOrder.objects.select_for_update(of=("self",)).filter(pk__in=order_ids, kind=OrderKind.TASK)
    rows = list(locked.open().order_by("pk").only("pk", "state", "version", "assignee_id", "holder_id", "district_id"))
    keys = [row.pk for row in rows]
    fixed = {"state": State.VOIDED.value, "finished_at": now, "assignee_id": None, "stage": ""}
    fixed |= {"warn_at": None, "due_at": None}
    columns = {name: [value] * len(rows) for name, value in fixed.items()}
    bulk.update(WorkOrder, keys, columns | {"version": [row.version + 1 for row in rows]})
    StageClock.objects.running().filter(order_id__in=keys).update(stopped_at=now, next_at=None)
    bulk.insert(
        Event,
        {
            "order_id": keys,
            "district_id": [row.district_id for row in rows],
            "node_id": [row.holder_id for row in rows],
            "from_state": [row.state for row in rows],
        },
        {
            "at": now,
            "move": Move.VOID.value,
            "to_state": State.VOIDED.value,
            "actor_id": actor.pk if actor else None,
        },
    )
    return {row.pk: row.assignee_id for row in rows if row.assignee_id is not None}
