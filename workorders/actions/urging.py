"""Urging (催办): whoever waits for an order presses whoever has it; nothing but a count changes."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.models import User
from grids.roles import Permission
from workorders import people, sweep_notices
from workorders.actions.moving import Turn, begin, finish
from workorders.models import Event, WorkOrder
from workorders.states import Move, Urgency
from workorders.workflow import InvalidMove
from workorders.workflow.pressing import presses

APART = dt.timedelta(hours=1)
LEVEL_ABOVE_FROM = 3
"""From this urging on the level above is told too."""


@transaction.atomic
def urge(
    order: WorkOrder | int,
    *,
    actor: User | None,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Press whoever has the order: a reporter once a calendar day, those above at least an hour apart.

    Raises InvalidMove before that time, on finished and on suspended orders.
    """
    turn = begin(order, Move.URGE, actor=actor, version=version, now=now)
    _check_time(turn)
    item = turn.order
    item.urge_count += 1
    item.last_urged_at = turn.now
    finish(turn, Move.URGE, note=note)
    having = sweep_notices.who_has([item], turn.now).get(item.pk, [])
    _tell(turn, {*having, *(_above(turn) if item.urge_count >= LEVEL_ABOVE_FROM else ())})
    return item


def _check_time(turn: Turn) -> None:
    item = turn.order
    if turn.who is None or presses(item, turn.who):
        again = item.last_urged_at + APART if item.last_urged_at is not None else turn.now
        if again > turn.now:
            raise InvalidMove(
                _("It was urged less than an hour ago; it can be urged again from %(time)s.")
                % {"time": f"{timezone.localtime(again):%H:%M}"}
            )
        return
    midnight = timezone.localtime(turn.now).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = Event.objects.filter(order=item, move=Move.URGE, actor=turn.actor, at__gte=midnight)
    if mine.exists():
        raise InvalidMove(_("You have urged this order today; you can urge it again tomorrow."))


def _above(turn: Turn) -> list[int]:
    """Return the people of the level above the holder who may see the order."""
    item = turn.order
    node_id = people.above(item, item.holder_id)
    there = people.at_nodes([node_id], Permission.DISPATCH, turn.now).get(node_id, [])
    return people.only_trusted(there, item, people.trusted([item], turn.now))


def _tell(turn: Turn, user_ids: set[int]) -> None:
    item = turn.order
    actor_id = turn.actor.pk if turn.actor else None
    notices.send(
        sorted(user_ids - {actor_id}),
        "order_urged",
        {"number": item.number, "count": item.urge_count},
        item.get_absolute_url(),
        now=turn.now,
        is_urgent=item.urgency == Urgency.EMERGENCY,
    )
