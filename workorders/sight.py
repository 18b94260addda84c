"""Who sees which orders, as conditions for a query.

Three ways to see an order: a post over its place that opens orders, a part in it (reported, assigned, handed to
one's unit, passed on), and for confidential orders a post that opens those too. Everything else does not exist.
"""

import datetime as dt

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from grids.models import Kind
from grids.roles import Permission
from grids.standing import Standing
from workorders.states import OrderKind, State

NOTHING = Q(pk__in=[])
NEEDS_ANSWER = Q(accountable_unit__isnull=False, answer="") & (Q(lead_unit=None) | ~Q(lead_unit=F("accountable_unit")))
"""`WorkOrder.needs_answer` for a query."""


def area(who: Standing, permission: Permission) -> Q:
    """Orders whose place lies under a post that gives the permission."""
    columns: dict[str, set[int]] = {}
    for post in who.nodes(permission):
        columns.setdefault(_COLUMN.get(post.kind, "grid"), set()).add(post.node_id)
    condition = NOTHING
    for column, node_ids in columns.items():
        condition |= Q(**{f"{column}__in": node_ids} if len(node_ids) > 1 else {column: next(iter(node_ids))})
    communities = columns.get("community")
    return condition | Q(co_community__in=communities) if communities else condition


_COLUMN = {Kind.DISTRICT.value: "district", Kind.STREET.value: "street", Kind.COMMUNITY.value: "community"}


def part(who: Standing) -> Q:
    """Orders in which the person or one of their units has or had a part."""
    involved = apps.get_model("workorders", "Involvement").objects.filter(order=OuterRef("pk"))
    condition = Q(reporter=who.user_id) | Q(assignee=who.user_id) | Q(Exists(involved.filter(_of_person(who))))
    if who.unit_ids:
        condition |= Q(lead_unit__in=who.unit_ids) | Q(Exists(involved.filter(_of_units(who))))
        condition |= Q(transfer_unit__in=who.unit_ids)
    return condition


def branches(who: Standing) -> list[Q]:
    """Cut "may see" into conditions that each stand on one index; together they are `open_area | part`.

    As one OR they make PostgreSQL read every order; a list takes the head of each and merges the heads.
    """
    involved = apps.get_model("workorders", "Involvement").objects
    found = [Q(reporter=who.user_id), Q(assignee=who.user_id, finished_at=None)]
    found.append(Q(pk__in=involved.filter(_of_person(who)).values("order")))
    if who.unit_ids:
        found += [Q(lead_unit__in=who.unit_ids), Q(pk__in=involved.filter(_of_units(who)).values("order"))]
        found.append(Q(transfer_unit__in=who.unit_ids))
    if who.has(Permission.VIEW_ORDERS):
        found.append(open_area(who))
    return found


def _of_person(who: Standing) -> Q:
    """A person's own involvements. The other column is named too, since the indexes hold only such rows: without it
    PostgreSQL reads the whole table."""
    return Q(user=who.user_id, unit=None)


def _of_units(who: Standing) -> Q:
    return Q(unit__in=who.unit_ids, user=None)


def open_area(who: Standing) -> Q:
    """Orders of one's area with the confidential ones left to those who may see them."""
    plain, secret = who.nodes(Permission.VIEW_ORDERS), who.nodes(Permission.VIEW_CONFIDENTIAL)
    if plain == secret:
        return area(who, Permission.VIEW_ORDERS)
    return area(who, Permission.VIEW_ORDERS) & Q(is_confidential=False) | area(who, Permission.VIEW_CONFIDENTIAL)


def waiting_for(who: Standing) -> Q:
    """Open orders whose next move is this person's to make, and which they may see."""
    seen = Q(is_confidential=False) | area(who, Permission.VIEW_CONFIDENTIAL) | part(who)
    return Q(finished_at=None) & next_moves(who) & seen


def next_moves(who: Standing) -> Q:
    """Orders whose next move is this person's to make, for a query that asks for open and visible ones by itself.

    Each branch costs PostgreSQL time to plan: branches that differ in the state alone are one.
    """
    mine = Q(assignee=who.user_id, state__in=[State.FILED, State.DISPATCHED, State.IN_PROGRESS])
    if who.unit_ids:
        mine |= Q(assignee=None, lead_unit__in=who.unit_ids, state__in=[State.DISPATCHED, State.IN_PROGRESS])
        mine |= Q(transfer_unit__in=who.unit_ids, state__in=[State.DISPATCHED, State.IN_PROGRESS])
        mine |= Q(accountable_unit__in=who.unit_ids, state=State.PENDING_CLOSURE) & NEEDS_ANSWER
    mine |= _held(who, State.PENDING_CLOSURE, Permission.DISPATCH) & NEEDS_ANSWER
    states: dict[tuple[int, ...], list[State]] = {}
    for state, permission in (
        (State.REPORTED, Permission.ACCEPT),
        (State.FILED, Permission.DISPATCH),
        (State.PENDING_STRIKE_OFF, Permission.STRIKE_OFF),
    ):
        states.setdefault(tuple(post.node_id for post in who.nodes(permission)), []).append(state)
    for node_ids, held in states.items():
        if node_ids:
            mine |= Q(state__in=held, assignee=None, holder__in=node_ids)
    not_mine = Q(handler=None) | ~Q(handler=who.user_id)
    mine |= Q(assignee=who.user_id, state=State.PENDING_VERIFICATION, kind=OrderKind.ASSIST) & not_mine
    verify = _held(who, State.PENDING_VERIFICATION, Permission.VERIFY) & not_mine
    if who.unit_ids:
        verify &= Q(lead_unit=None) | ~Q(lead_unit__in=who.unit_ids)
    close = _held(who, State.PENDING_CLOSURE, Permission.CLOSE) & (not_mine | Q(signed_at__isnull=False))
    close &= ~NEEDS_ANSWER
    return mine | verify | close


def checks_of(who: Standing) -> Q:
    """The part of `waiting_for` that is checking: verify, strike off, close."""
    return waiting_for(who) & Q(state__in=[State.PENDING_VERIFICATION, State.PENDING_STRIKE_OFF, State.PENDING_CLOSURE])


def _held(who: Standing, state: State, permission: Permission) -> Q:
    node_ids = [post.node_id for post in who.nodes(permission)]
    return Q(state=state, assignee=None, holder__in=node_ids) if node_ids else NOTHING


def overdue(now: dt.datetime) -> Q:
    return Q(finished_at=None, due_at__lt=now)


def due_soon(now: dt.datetime) -> Q:
    return Q(finished_at=None, warn_at__lte=now, due_at__gte=now)


def share_an_order(viewer: User, person: User) -> bool:
    """Say whether the viewer may see an order that the person reported or has, or had, a part in."""
    orders = apps.get_model("workorders", "WorkOrder").objects.visible_to(viewer)
    return bool(orders.filter(reporter=person).exists() or orders.filter(involvements__user=person).exists())
