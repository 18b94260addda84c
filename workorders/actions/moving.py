"""The frame of every move: lock and re-read the order, check the table, write order and history, tell people."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids.backends import standing_for
from grids.roles import Permission
from grids.standing import Standing
from workorders import assists, lapsing, people, watching
from workorders.clocks import Clockwork, show_on_order
from workorders.desk import Desk
from workorders.models import Event, WorkOrder
from workorders.states import ClosingKind, Move, ReleaseReason, Stage, State, Urgency
from workorders.workflow import MOVES, StaleOrder, check_move

IN_HAND = frozenset({State.DISPATCHED, State.IN_PROGRESS, State.SUSPENDED})
"""States in which the proposal to hand an order to another unit stays open."""
STEPS = frozenset(Move) - {
    Move.REPORT,
    Move.ACCEPT,
    Move.DISPATCH,
    Move.ASSIGN,
    Move.REFER,
    Move.URGE,
    Move.ANSWER,
    Move.EVALUATE,
    Move.CONVENE_REVIEW,
    Move.REQUEST_EXCLUSION,
}
"""Moves of which the unit that answers for an order is told while another one handles it."""


FOLLOWED = ("holder_id", "assignee_id", "lead_unit_id", "finished_at")
"""Columns of an order whose change its sub-orders follow."""


@dataclass
class Turn:
    """One move being made on one locked order."""

    order: WorkOrder
    actor: User | None
    who: Standing | None
    now: dt.datetime
    clocks: Clockwork
    before: dict[str, Any] = field(default_factory=dict)

    @property
    def desk(self) -> Desk:
        return self.clocks.desk

    def to(self, state: State) -> None:
        self.order.state = state
        if state != State.SUSPENDED:
            self.order.suspended_until = None

    def hand_to(self, *, holder_id: int, user_id: int | None = None, unit_id: int | None = None) -> None:
        """Name who has the order now; `unit_id` None keeps the leading unit for credit."""
        self.order.holder_id = holder_id
        self.order.assignee_id = user_id
        if unit_id is not None:
            self.order.lead_unit_id = unit_id


def begin(
    order: WorkOrder | int,
    move: Move,
    *,
    actor: User | None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Turn:
    """Lock the order's row, read it anew and check the move. Call inside a transaction.

    Raises WorkOrder.DoesNotExist, StaleOrder, InvalidMove or PermissionDenied; `actor` None is the system.
    """
    pk = order if isinstance(order, int) else order.pk
    _lock_parent(order)
    locked = WorkOrder.objects.select_for_update(of=("self",)).select_related("category").get(pk=pk)
    if version is not None and locked.version != version:
        raise StaleOrder(_("Somebody moved this order meanwhile. Look at its present state, then decide again."))
    who = standing_for(actor) if actor is not None else None
    check_move(locked, move, who)
    return turn_on(locked, actor, who, now or timezone.now())


def _lock_parent(order: WorkOrder | int) -> None:
    """Lock the order that a sub-order assists before the sub-order itself: what happens to it changes both."""
    if isinstance(order, WorkOrder):
        parent_id = order.parent_id
    else:
        parent_id = WorkOrder.objects.filter(pk=order).values_list("parent_id", flat=True).first()
    if parent_id is not None:
        WorkOrder.objects.select_for_update(of=("self",)).only("pk").get(pk=parent_id)


def turn_on(
    order: WorkOrder, actor: User | None, who: Standing | None, now: dt.datetime, clocks: Clockwork | None = None
) -> Turn:
    """Start a turn on an order that is locked or just made; `clocks` brings the desk at which it is made."""
    return Turn(order, actor, who, now, clocks or Clockwork(order.district_id), _columns(order))


def finish(
    turn: Turn,
    move: Move,
    *,
    note: str = "",
    reason: str = "",
    by_system: bool = False,
    to_user: int | None = None,
    details: dict[str, Any] | None = None,
) -> WorkOrder:
    """Save what changed, raise the version, write the history row; `details` must be plain JSON without words."""
    order = turn.order
    from_state = turn.before["state"]
    order.version += 1
    facts = dict(details or {})
    if order.pending_approvals:
        lapsed = lapsing.lapse(order, lapsing.groundless(order, changed_hands=_changed_hands(turn)), turn.now)
        facts |= {"lapsed": lapsed} if lapsed else {}
    if order.transfer_unit_id is not None and (order.state not in IN_HAND or _changed_hands(turn)):
        facts["lapsed_transfer"], order.transfer_unit_id = order.transfer_unit_id, None
    facts |= {"assignee": order.assignee_id, "clocks": turn.clocks.log}
    turn.clocks.log = []
    moved_on = order.assist_count and any(turn.before[name] != getattr(order, name) for name in FOLLOWED)
    keep(turn)
    last = turn.desk.last_moved_at(order)
    event = Event(
        district_id=order.district_id,
        order=order,
        at=turn.now,
        actor=None if by_system else turn.actor,
        actor_role="" if by_system else role_in(turn, move),
        move=move,
        from_state=from_state,
        to_state=order.state,
        node_id=order.holder_id,
        unit_id=order.lead_unit_id,
        to_user_id=to_user,
        reason=reason,
        note=note.strip(),
        details=facts,
        elapsed_seconds=max(0, int((turn.now - last).total_seconds())) if last else 0,
    )
    turn.desk.add_event(event)
    if moved_on:
        follow(turn)
    if move in STEPS:
        _tell_who_answers(turn)
    watching.tell(order, move, turn.actor, turn.now)
    return order


def _changed_hands(turn: Turn) -> bool:
    """Say whether the move took the order from its handler: its clock was stopped, or its unit, or where no unit has
    it its person, is another."""
    order, before = turn.order, turn.before
    if turn.clocks.has_stopped(Stage.HANDLE) or before["lead_unit_id"] != order.lead_unit_id:
        return True
    return order.lead_unit_id is None and before["assignee_id"] not in {None, order.assignee_id}


def keep(turn: Turn) -> None:
    """Save the columns that changed since the last save."""
    now = _columns(turn.order)
    turn.desk.keep_order(turn.order, [name for name, value in now.items() if turn.before.get(name) != value])
    turn.before = now


def end(turn: Turn) -> None:
    """Stop every clock of an order that is finished now; nobody holds it any more."""
    turn.clocks.stop(turn.order, turn.now)
    turn.order.finished_at = turn.now
    turn.order.assignee_id = None
    show_on_order(turn.order, None)


def _columns(order: WorkOrder) -> dict[str, Any]:
    """Return the columns that were read or set; what was left out of the query cannot have changed."""
    return {name: value for name, value in vars(order).items() if name in _NAMES}


_NAMES = frozenset(f.attname for f in WorkOrder._meta.concrete_fields if not f.primary_key)


def role_in(turn: Turn, move: Move) -> str:
    """Return the role in which the person made the move: the lowest post that allows it, for the history."""
    if turn.who is None:
        return ""
    path = turn.order.path_ids
    posts = [p for p in turn.who.posts if p.node_id in path] or list(turn.who.posts)
    rule = MOVES.get(move)
    if rule is not None:
        for post in reversed(posts):
            if rule.allowed(turn.order, Standing(turn.who.user_id, (post,))):
                return post.role
    return posts[-1].role if posts else ""


def involve(order: WorkOrder, *, user_id: int | None = None, unit_id: int | None = None) -> None:
    """Give lasting sight to whoever is handed the order, and of what was merged into it but is not confidential."""
    Desk().involve(order, user_id, unit_id)


def tell(turn: Turn, kind: str, user_ids: Iterable[int | None]) -> None:
    """Write a notice to these people's inboxes, but not to the one who acts. Only the number is named in it.

    Of a confidential order only those are told who may see it.
    """
    actor_id = turn.actor.pk if turn.actor else None
    recipients = {user_id for user_id in user_ids if user_id is not None and user_id != actor_id}
    trust = turn.desk.trusted(turn.order, turn.now) if recipients else {}
    turn.desk.send(
        sorted(people.only_trusted(recipients, turn.order, trust)),
        kind,
        {"number": turn.order.number},
        turn.order.get_absolute_url(),
        now=turn.now,
        is_urgent=turn.order.urgency == Urgency.EMERGENCY,
    )


def make_accountable(order: WorkOrder, unit_id: int | None) -> None:
    """Let the first unit that receives an order, else the first level, answer for it to the end (DOMAIN.md §1.2)."""
    if order.accountable_unit_id is None and order.accountable_node_id is None:
        order.accountable_unit_id = unit_id
        order.accountable_node_id = order.holder_id if unit_id is None else None


def accountable_people(order: WorkOrder, now: dt.datetime) -> list[int]:
    """Return who answers for an order: the people of the unit, else of the node, that received it first."""
    if order.accountable_unit_id is not None:
        return people.of_units([order.accountable_unit_id], now).get(order.accountable_unit_id, [])
    node_id = order.accountable_node_id
    return people.at_nodes([node_id], Permission.HANDLE, now).get(node_id, []) if node_id is not None else []


def _tell_who_answers(turn: Turn) -> None:
    if turn.order.is_answered_for_elsewhere:
        having = {turn.order.assignee_id, turn.order.handler_id}
        tell(turn, "order_progress", set(accountable_people(turn.order, turn.now)) - having)


def unit_people(turn: Turn) -> list[int]:
    """Return who handles the orders of the leading unit."""
    unit_id = turn.order.lead_unit_id
    return turn.desk.of_unit(unit_id, turn.now) if unit_id is not None else []


def let_go(turn: Turn, *, note: str = "", reason: str = "") -> None:
    """End a locked sub-order that need not be done any more."""
    sub = turn.order
    told = [sub.handler_id if sub.state == State.PENDING_VERIFICATION else sub.assignee_id]
    sub.closing_kind = ClosingKind.WITHDRAWN
    turn.to(State.CLOSED)
    end(turn)
    finish(turn, Move.RELEASE, note=note, reason=reason)
    tell(turn, "assist_released", told if told != [None] else unit_people(turn))


def follow(turn: Turn, *, skip_locked: bool = False) -> None:
    """Let the open sub-orders of a locked order follow it: they end with it, or get its new handler as their checker.

    A unit that now leads assists itself no longer. `skip_locked` is for sweeps, which hold rows of their own.
    """
    order = turn.order
    open_ones = assists.open_of(order).select_related("category").order_by("pk")
    for sub in open_ones.select_for_update(of=("self",), skip_locked=skip_locked):
        own = turn_on(sub, None, None, turn.now)
        if order.is_final:
            let_go(own, reason=ReleaseReason.PARENT_ENDED)
        elif sub.lead_unit_id == order.lead_unit_id:
            let_go(own, reason=ReleaseReason.BECAME_LEAD)
        else:
            _hand_on(own, order)


def _hand_on(own: Turn, order: WorkOrder) -> None:
    """Let the order's new holder and handler answer for a sub-order."""
    sub = own.order
    sub.dispatched_from_id = order.holder_id
    involve(sub, user_id=order.assignee_id, unit_id=order.lead_unit_id)
    if sub.state != State.PENDING_VERIFICATION:
        sub.holder_id = order.holder_id
        keep(own)
        return
    holder_id, checker_id, able = assists.checker(sub, own.now)
    if (holder_id, checker_id) == (sub.holder_id, sub.assignee_id):
        keep(own)
        return
    own.hand_to(holder_id=holder_id, user_id=checker_id)
    finish(own, Move.HAND_OVER, to_user=checker_id)
    tell(own, "assist_to_check", able)
