"""Reports of the same thing: merge one into another, take it out again, let all out where the other is not answered."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.roles import Permission
from workorders import doubles, people, windows
from workorders.actions import approvals
from workorders.actions.moving import Turn, begin, end, finish, involve, tell, turn_on, unit_people
from workorders.clocks import level_of
from workorders.models import Event, Involvement, WorkOrder
from workorders.states import FINAL, Move, OrderKind, Stage, State
from workorders.workflow import InvalidMove, check_move


@transaction.atomic
def merge(
    order: WorkOrder | int,
    *,
    actor: User | None,
    into: WorkOrder | int,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Merge an order into another open one of the district that reports the same; who reported it follows that one.

    Merging into a merged order goes to where that one was merged. Its clocks stop and requests about it lapse; while
    units assist with it, it is refused. Both rows are locked in the order of their keys.
    Raises ValidationError under `into` where the other one will not do.
    """
    pk, into_pk = (one if isinstance(one, int) else one.pk for one in (order, into))
    doubles.lock(lambda: {pk, doubles.head_of(into_pk)})
    turn = begin(order, Move.MERGE, actor=actor, version=version, now=now)
    fold(turn, _checked(turn, into_pk), note)
    return turn.order


def to_follow(turn: Turn, into: WorkOrder | int) -> WorkOrder | None:
    """Lock and return the open order that a report which was just written repeats by its reporter's word; None where
    that will not do (it may be finished meanwhile): the report then goes its own way, for a report is never lost."""
    pk, into_pk = turn.order.pk, into if isinstance(into, int) else into.pk
    try:
        with transaction.atomic():
            doubles.lock(lambda: {pk, doubles.head_of(into_pk)})
            check_move(turn.order, Move.MERGE, turn.who)
            return _checked(turn, into_pk)
    except (InvalidMove, PermissionDenied, ValidationError):
        return None


def _checked(turn: Turn, into_pk: int) -> WorkOrder:
    """Return the open order at the end of the chain; nobody merges into what they may not see."""
    order, head_pk = turn.order, doubles.head_of(into_pk)
    named = WorkOrder.objects.filter(pk__in={into_pk, head_pk}, district_id=order.district_id)
    seen = named.visible_to(turn.actor) if turn.actor is not None else named
    found = {one.pk: one for one in seen.select_related("category")}
    if len(found) < len({into_pk, head_pk}):
        raise ValidationError({"into": _("There is no such order in this district that you may see.")})
    head = found[head_pk]
    if head.pk == order.pk:
        raise ValidationError({"into": _("An order cannot be merged into itself, nor into what was merged into it.")})
    if head.kind != OrderKind.INCIDENT or head.state in FINAL:
        raise ValidationError(
            {"into": _("Order %(number)s is finished; choose an open one.") % {"number": head.number}}
        )
    if order.assists.filter(finished_at=None).exists():
        raise InvalidMove(_("Other units still assist with this order; release them before it is merged."))
    return head


def fold(turn: Turn, head: WorkOrder, note: str = "") -> None:
    """End an order as merged into this locked one, and tell both sides."""
    order, had = turn.order, turn.order.assignee_id
    staff = unit_people(turn) if had is None else []
    order.merged_into_id = head.pk
    order.suspended_until = None
    order.transfer_unit_id = None
    turn.to(State.MERGED)
    approvals.lapse(turn)
    end(turn)
    if had is not None:
        involve(order, user_id=had)
    finish(turn, Move.MERGE, note=note, details={"into": head.pk})
    _show_to_people_of(head, order)
    tell(turn, "order_merged", [order.reporter_id, had, *staff])
    other = turn_on(head, turn.actor, turn.who, turn.now)
    tell(other, "order_joined", [head.assignee_id] if head.assignee_id is not None else unit_people(other))


def _show_to_people_of(head: WorkOrder, order: WorkOrder) -> None:
    """Let those who have or had a part in the head see what was merged into it, unless it is confidential."""
    if order.is_confidential:
        return
    parts: set[tuple[int | None, int | None]] = set(head.involvements.values_list("user_id", "unit_id"))
    parts |= {(head.assignee_id, None), (None, head.lead_unit_id)}
    rows = [Involvement(order=order, user_id=user_id, unit_id=unit_id) for user_id, unit_id in parts]
    there = [row for row in rows if row.user_id is not None or row.unit_id is not None]
    Involvement.objects.bulk_create(there, ignore_conflicts=True)


@transaction.atomic
def unmerge(
    order: WorkOrder | int,
    *,
    actor: User | None,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Take an order out of a merger: back to acceptance if nobody had accepted it, else to dispatch.

    Its whole clock counts as if it had run all the time; the stage's clock runs on from where it stood. Once the other
    order is finished this is possible for as long as a closed order may be reopened.
    """
    turn = begin(order, Move.UNMERGE, actor=actor, version=version, now=now)
    if not note.strip():
        raise ValidationError({"note": _("Give the reason.")})
    head = WorkOrder.objects.get(pk=doubles.head_of(turn.order.pk))
    if windows.is_over(turn.clocks, turn.order, Stage.REOPEN, head.finished_at, turn.now):
        raise InvalidMove(_("The other order was finished too long ago; report the matter anew."))
    take_out(turn, note)
    return turn.order


def release(turn: Turn) -> None:
    """Let every order that was merged straight into this one live again, for this one ends without answering it.

    A head that is voided or withdrawn says nothing to the others who reported the same. The caller has locked them
    with `lock_with_merged`.
    """
    merged = WorkOrder.objects.filter(merged_into=turn.order, state=State.MERGED)
    for order in merged.select_for_update(of=("self",)).select_related("category").order_by("pk"):
        take_out(turn_on(order, None, None, turn.now), "")


def lock_with_merged(order: WorkOrder | int) -> None:
    """Lock an order and what was merged straight into it, in the order of their keys."""
    pk = order if isinstance(order, int) else order.pk
    doubles.lock(
        lambda: {pk, *WorkOrder.objects.filter(merged_into=pk, state=State.MERGED).values_list("pk", flat=True)}
    )


def take_out(turn: Turn, note: str) -> None:
    """Bring a merged order back to where it may go on, with its clocks; `turn.actor` None is the system."""
    order, clocks = turn.order, turn.clocks
    merged = Event.objects.filter(order=order, move=Move.MERGE).order_by("-id").first()
    stages = (
        {stage for done in merged.details.get("clocks", []) for stage in done.get("stages", [])} if merged else set()
    )
    was_reported = merged is not None and merged.from_state == State.REPORTED
    head_id, order.merged_into_id, order.finished_at = order.merged_into_id, None, None
    whole = clocks.unstop(order, Stage.WHOLE)
    order.whole_due_at = whole.due_at if whole else None
    permission = Permission.ACCEPT if was_reported else Permission.DISPATCH
    start = order.holder_id if was_reported else order.dispatched_from_id or order.holder_id
    holder_id, able = people.nearest(order, start, permission, turn.now)
    turn.hand_to(holder_id=holder_id)
    turn.to(State.REPORTED if was_reported else State.FILED)
    first = Stage.ACCEPT if was_reported else Stage.DISPATCH
    if first not in stages or clocks.resume(order, first, turn.now) is None:
        clocks.start(order, first, turn.now, level_of(order, holder_id))
    if not was_reported:
        order.lead_unit_id = None
        clocks.resume(order, Stage.HANDLE, turn.now)
    finish(turn, Move.UNMERGE, note=note, details={"from": head_id})
    tell(turn, "order_to_accept" if was_reported else "order_to_dispatch", able)
    tell(turn, "order_unmerged", [order.reporter_id])
