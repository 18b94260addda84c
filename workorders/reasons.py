"""In words: why an order is this person's, and why it did or did not climb.

Facts come from the order's row, its involvements, its climbs and the timers' own decision; nothing is guessed.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grids.models import Unit
from grids.roles import Permission
from grids.standing import Standing
from workorders import sight
from workorders.clocks import level_of
from workorders.models import Escalation, Involvement, Referral, WorkOrder
from workorders.states import CLIMBING, Move, OrderKind, State
from workorders.timers import Decision, Verdict
from workorders.workflow import is_handler

LEVEL_PERMISSIONS = (
    (State.REPORTED, Permission.ACCEPT),
    (State.FILED, Permission.DISPATCH),
    (State.PENDING_VERIFICATION, Permission.VERIFY),
    (State.PENDING_STRIKE_OFF, Permission.STRIKE_OFF),
    (State.PENDING_CLOSURE, Permission.CLOSE),
)


def waits_for(order: WorkOrder, who: Standing) -> bool:
    """Say whether the next move is this person's: exactly what their to-do list counts."""
    return WorkOrder.objects.filter(sight.waiting_for(who), pk=order.pk).exists()


def yours(order: WorkOrder, who: Standing, moves: Sequence[Move]) -> list[str]:
    """Say in sentences why the person has the order or sees it, the weightiest first; `moves` are theirs now."""
    return [*_in_hand(order, who), *_by_post(order, who), *_by_part(order, who), *_next(moves)]


def _in_hand(order: WorkOrder, who: Standing) -> Iterator[str]:
    if order.is_final:
        return
    if order.assignee_id == who.user_id:
        yield _("It was given to you by name.")
    elif order.assignee_id is None and is_handler(order, who) and order.lead_unit is not None:
        yield _("Your unit, %(unit)s, handles it, and nobody of it is named yet.") % {"unit": order.lead_unit.name}
    if order.transfer_unit_id is not None and order.transfer_unit_id in who.unit_ids:
        yield _("Your unit was asked to take it over and has not answered yet.")


def _by_post(order: WorkOrder, who: Standing) -> Iterator[str]:
    if order.accountable_unit_id is not None and order.accountable_unit_id in who.unit_ids:
        yield _("Your unit received it first and answers for it to the end.")
    wanted = dict(LEVEL_PERMISSIONS).get(State(order.state))
    path = order.path_ids
    for post in who.posts:
        if post.node_id not in path:
            continue
        facts = {"role": post.role.label, "node": _name(order, post.node_id)}
        if wanted is not None and post.gives(wanted) and post.node_id == order.holder_id and order.assignee_id is None:
            yield _("It lies with %(node)s, and the next step is that of your post there (%(role)s).") % facts
        elif post.gives(Permission.VIEW_ORDERS):
            yield _("It lies in the area of your post: %(role)s, %(node)s.") % facts


def _by_part(order: WorkOrder, who: Standing) -> Iterator[str]:
    if order.reporter_id == who.user_id:
        yield _("You reported it.")
    if order.kind == OrderKind.ASSIST and order.parent is not None:
        yield _("It assists with order %(number)s.") % {"number": order.parent.number}
    referrals = Referral.objects.filter(order=order)
    if referrals.filter(to_user_id=who.user_id).exists() or referrals.filter(to_unit_id__in=who.unit_ids).exists():
        yield _("It was referred to you.")
    elif order.assignee_id != who.user_id:
        parts = Involvement.objects.filter(order=order)
        if parts.filter(user_id=who.user_id).exists():
            yield _("You have or had a part in it.")
        elif who.unit_ids and parts.filter(unit_id__in=who.unit_ids).exists():
            units = Unit.objects.filter(pk__in=who.unit_ids).filter(
                pk__in=parts.filter(unit__isnull=False).values("unit_id")
            )
            yield _("Your unit has or had a part in it: %(units)s.") % {
                "units": _(", ").join(units.values_list("name", flat=True))
            }


def _next(moves: Sequence[Move]) -> Iterator[str]:
    if moves:
        yield _("You can now: %(moves)s.") % {"moves": _(", ").join(str(move.label) for move in moves)}


def climbs(order: WorkOrder, escalations: Iterable[Escalation], decisions: Iterable[tuple[str, Decision]]) -> list[str]:
    """Say of each climb why it came, and then what keeps the order where it is; `decisions` are those of the running
    clocks by stage (workorders/timers.py)."""
    said = []
    for climb in escalations:
        facts = {
            "when": date_format(timezone.localtime(climb.at), "Y-m-d H:i"),
            "from": climb.from_node.name,
            "to": climb.to_node.name,
            "step": climb.position,
        }
        if climb.by_timer:
            said.append(
                _("%(when)s: time and grace were over at %(from)s, so it climbed to %(to)s (step %(step)s).") % facts
            )
        else:
            said.append(_("%(when)s: it was passed up by hand from %(from)s to %(to)s (step %(step)s).") % facts)
    return [*said, *_stays(order, dict(decisions))]


def _stays(order: WorkOrder, decisions: dict[str, Decision]) -> Iterator[str]:
    if order.is_final:
        yield _("It is finished and climbs no more.")
        return
    if order.kind != OrderKind.INCIDENT:
        yield _("Orders of this kind do not climb; whoever gave it is told when it is late.")
        return
    if order.state == State.SUSPENDED and order.suspended_until is not None:
        when = date_format(timezone.localtime(order.suspended_until), "Y-m-d H:i")
        yield _("It is suspended until %(when)s: while its clocks stand still it does not climb.") % {"when": when}
        return
    climbing = [decision for stage, decision in decisions.items() if stage in CLIMBING]
    if not climbing:
        yield _("The present stage gives notice when it is late but does not climb.")
    for decision in climbing:
        if decision.verdict == Verdict.CLIMB:
            yield _("Its time and grace are over: it climbs at the timers' next run.")
        elif decision.skip is not None:
            yield _("It does not climb now: %(why)s.") % {"why": decision.skip.label}
        else:
            yield _("It does not climb now: its deadline or the grace after it is not over.")


def _name(order: WorkOrder, node_id: int) -> str:
    """Return the name of a node of the order's path."""
    nodes = {"district": order.district, "street": order.street, "community": order.community}
    node = nodes.get(level_of(order, node_id))
    if node is None or node.pk != node_id:
        node = next((n for n in (order.co_community, order.grid) if n is not None and n.pk == node_id), order.grid)
    return node.name
