"""Requests about the same matter are joined, so that one piece of work and one answer serve all who asked.

Joined to a request that still waits at the desk, one is MERGED and takes that one's way: its order, or its direct
answer. Joined to an order, or to a request that has one, it hangs at the order itself and is answered with it.
"""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.roles import Permission
from hotline.actions.acting import Turn, begin, finish, may
from hotline.models import Request
from hotline.states import Act, RequestState
from residents.errors import NotPossible
from workorders.actions.replying import reply_awaited, reply_not_awaited
from workorders.doubles import head_of
from workorders.models import WorkOrder
from workorders.states import FINAL, OrderKind


@transaction.atomic
def merge(
    matter: Request | int,
    *,
    actor: User,
    into: Request | int | None = None,
    order: WorkOrder | int | None = None,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Request:
    """Join a request that waits at the desk to another open request, or to an open order of the district that the actor
    may see. An order that is joined waits for a reply from then on.

    Raises ValidationError naming the field where there is nothing to join, NotPossible, Stale, PermissionDenied.
    """
    pk = matter if isinstance(matter, int) else matter.pk
    into_pk = into.pk if isinstance(into, Request) else into
    _lock(pk, into_pk)
    states = {RequestState.RECEIVED}
    turn = begin(pk, actor=actor, states=states, permission=Permission.INTAKE, version=version, now=now)
    turn.matter.claimed_by, turn.matter.claimed_at = None, None
    if into_pk is not None:
        _join(turn, _head(turn, into_pk), note)
    elif order is not None:
        _hang_at(turn, order if isinstance(order, int) else order.pk, note)
    else:
        raise ValidationError({"into": _("Choose what it is to be joined to.")})
    return turn.matter


def _lock(*keys: int | None) -> None:
    """Lock in the order of the keys, so that two who join crosswise never wait for each other."""
    wanted = sorted({key for key in keys if key is not None})
    list(Request.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk").values_list("pk"))


def _head(turn: Turn, pk: int) -> Request:
    """Return the open request that is meant: where it was merged itself, the one at the chain's end."""
    found = Request.objects.filter(pk=pk, district=turn.matter.district_id).first()
    while found is not None and found.merged_into_id is not None:
        found = Request.objects.select_for_update(of=("self",)).get(pk=found.merged_into_id)
    if found is None or turn.who is None or not may(turn.who, Permission.INTAKE, found):
        raise ValidationError({"into": _("There is no such request in the district.")})
    if found.pk == turn.matter.pk:
        raise ValidationError({"into": _("A request cannot be joined to itself.")})
    return found


def _join(turn: Turn, head: Request, note: str) -> None:
    if head.state == RequestState.DISPATCHED and head.order_id is not None:
        _hang_at(turn, head.order_id, note, {"into": head.pk})
        return
    if head.state != RequestState.RECEIVED:
        raise NotPossible(_("That request has its answer already; nothing can be joined to it any more."))
    _take_along(turn.matter, head)
    turn.matter.merged_into = head
    turn.to(RequestState.MERGED)
    finish(turn, Act.MERGE, note=note, details={"into": head.pk})


def _take_along(matter: Request, head: Request) -> None:
    """What was joined to the request before is joined to the new head: chains stay one step long."""
    matter.merged.update(merged_into=head)


def _hang_at(turn: Turn, order_pk: int, note: str, details: dict[str, int] | None = None) -> None:
    order = WorkOrder.objects.filter(pk=head_of(order_pk), district=turn.matter.district_id).first()
    if order is None or order.kind != OrderKind.INCIDENT or turn.actor is None:
        raise ValidationError({"order": _("There is no such order in the district.")})
    if not WorkOrder.objects.visible_to(turn.actor).filter(pk=order.pk).exists():
        raise PermissionDenied(_("Your posts do not show you this order."))
    order = reply_awaited(order)
    if order.state in FINAL:
        raise NotPossible(_("This order is finished; nothing can be joined to it any more."))
    for item in [turn.matter, *turn.matter.merged.select_for_update(of=("self",)).order_by("pk")]:
        follow(Turn(item, turn.actor, turn.who, turn.now, item.state), order, Act.MERGE, note, details)


def follow(turn: Turn, order: WorkOrder, act: Act, note: str = "", details: dict[str, int] | None = None) -> None:
    """Hang a request at an order: it is worked on with it, and answered with it. The order must await a reply."""
    item = turn.matter
    item.order, item.merged_into = order, None
    item.due_at = order.whole_due_at if order.profile and order.whole_due_at else item.due_at
    item.dispatched_at = turn.now
    turn.to(RequestState.DISPATCHED)
    finish(turn, act, note=note, details={"order": order.pk} | (details or {}))


@transaction.atomic
def unmerge(
    matter: Request | int, *, actor: User, note: str = "", version: int | None = None, now: dt.datetime | None = None
) -> Request:
    """Take a request out again of what it was joined to; it waits at the desk anew, under its own limit.

    Raises NotPossible where it was never joined, Stale, PermissionDenied.
    """
    states = {RequestState.MERGED, RequestState.DISPATCHED}
    turn = begin(matter, actor=actor, states=states, permission=Permission.INTAKE, version=version, now=now)
    item = turn.matter
    if item.state == RequestState.DISPATCHED and not was_joined(item):
        raise NotPossible(_("It was not joined to anything: this order is its own."))
    details = {"order": item.order_id} if item.order_id else {"into": item.merged_into_id}
    order_id, item.order, item.merged_into, item.dispatched_at = item.order_id, None, None, None
    turn.to(RequestState.RECEIVED)
    finish(turn, Act.UNMERGE, note=note, details=details)
    if order_id is not None and not Request.objects.filter(order=order_id).exists():
        reply_not_awaited(order_id)
    return item


def was_joined(matter: Request) -> bool:
    """Say whether a request's order is another's, to which it was joined: its history says so."""
    last = matter.events.filter(act__in=[Act.MERGE, Act.DISPATCH]).order_by("-id").values_list("act", flat=True).first()
    return last == Act.MERGE
