"""Key supervision of requests (重点督办): put under it by rule or by hand, and taken out by decision."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.roles import Permission
from hotline.actions.acting import Turn, begin, finish
from hotline.calling import BY_HAND, KeyReason
from hotline.models import KeyCase, Request
from hotline.states import ENDED, Act, RequestState
from residents.errors import NotPossible
from supervision import actions as supervision
from supervision import addressees
from supervision.models import SupervisionOrder
from supervision.states import higher
from workorders.models import WorkOrder
from workorders.states import SupervisionLevel as Level

OPEN_STATES = frozenset(RequestState) - ENDED


@transaction.atomic
def flag(
    matter: Request | int,
    *,
    actor: User | None,
    reason: str,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> KeyCase:
    """Put an open request under key supervision; its order, where it has one open, gets a key supervision order.

    `actor` None is the sweep of the rules. Raises ValidationError naming the field, NotPossible where it stands under
    it already or has ended, Stale, PermissionDenied.
    """
    turn = begin(matter, actor=actor, states=OPEN_STATES, permission=Permission.SUPERVISE, version=version, now=now)
    if reason not in (BY_HAND if actor is not None else set(KeyReason) - BY_HAND):
        raise ValidationError({"reason": _("Choose the reason from the list.")})
    if actor is not None and not note.strip():
        raise ValidationError({"note": _("Say what is demanded.")})
    if KeyCase.objects.filter(matter=turn.matter, lifted_at=None).exists():
        raise NotPossible(_("This request is under key supervision already."))
    item = turn.matter
    item.is_key = True
    made = KeyCase.objects.create(
        district_id=item.district_id,
        matter=item,
        reason=reason,
        note=note.strip(),
        flagged_at=turn.now,
        flagged_by=actor,
        supervision=_supervise(turn, note.strip() or str(KeyReason(reason).label)),
    )
    finish(turn, Act.FLAG, note=note, details={"reason": str(reason), "case": made.pk})
    return made


@transaction.atomic
def unflag(
    matter: Request | int,
    *,
    actor: User,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Request:
    """Take a request out of key supervision, with the reason; the supervision order is concluded on its own page.

    The same rule does not put it there again. Raises ValidationError, NotPossible, Stale, PermissionDenied.
    """
    turn = begin(matter, actor=actor, permission=Permission.SUPERVISE, version=version, now=now)
    case = KeyCase.objects.select_for_update().filter(matter=turn.matter, lifted_at=None).first()
    if case is None:
        raise NotPossible(_("This request is not under key supervision."))
    if not note.strip():
        raise ValidationError({"note": _("Give the reason.")})
    case.lifted_at, case.lifted_by, case.lifted_note = turn.now, actor, note.strip()
    case.save(update_fields=["lifted_at", "lifted_by", "lifted_note"])
    turn.matter.is_key = False
    return finish(turn, Act.UNFLAG, note=note, details={"case": case.pk})


def _supervise(turn: Turn, demand: str) -> SupervisionOrder | None:
    """Issue a key supervision order on the request's open order, or raise the one that runs there to that level."""
    joined = ("lead_unit", "accountable_unit", "accountable_node", "holder", "grid", "community", "street", "district")
    orders = WorkOrder.objects.filter(requests=turn.matter, finished_at=None)
    order = orders.select_related(*joined).first()
    if order is None:
        return None
    given: dict[str, Any] = {"actor": turn.actor, "level": Level.KEY, "demand": demand, "now": turn.now}
    running = SupervisionOrder.objects.running().filter(order=order).select_related("unit", "node").first()
    if running is None:
        return supervision.issue(order, addressee=addressees.offered(order)[0], **given)
    if Level.KEY not in higher(running.level):
        return running
    return supervision.raise_level(running, addressee=addressees.of_item(running.unit, running.node), **given)
