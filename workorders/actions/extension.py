"""Extension (延期): the handler asks before the deadline, a second person grants another date or refuses.

A pending request stops no clock. Granted, the handling clock gets the new deadline, and the whole order's moves by
the same working time; it never starts anew (DOMAIN.md §5.3).
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from workorders import room
from workorders.actions.approvals import ask, decide, open_request, tell_approvers, tell_asker
from workorders.actions.moving import Turn, begin, finish
from workorders.clocks import level_of
from workorders.models import Limit, StageClock, WorkOrder
from workorders.states import ApprovalKind, ExtensionReason, Move, Stage
from workorders.workflow import InvalidMove

KIND = ApprovalKind.EXTENSION


@transaction.atomic
def request_extension(
    order: WorkOrder | int,
    *,
    actor: User | None,
    reason: str,
    note: str,
    until: dt.datetime,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Ask for another deadline; who may decide at the nearest level is told.

    Raises InvalidMove after the deadline or when the row's times are used up, ValidationError naming the field.
    """
    turn = begin(order, Move.REQUEST_EXTENSION, actor=actor, version=version, now=now)
    row = _row(turn)
    why_not = room.why_no_extension(turn.order, row, turn.now)
    if row is None or why_not is not None:
        raise InvalidMove(why_not or "")
    if reason not in ExtensionReason.values:
        raise ValidationError({"reason": _("Choose the reason from the list.")})
    _check_date(turn, row, until)
    ask(turn, KIND, reason=reason, note=note, wanted_until=until)
    finish(turn, Move.REQUEST_EXTENSION, reason=reason, note=note, details={"wanted_until": until.isoformat()})
    tell_approvers(turn, KIND)
    return turn.order


@transaction.atomic
def grant_extension(
    order: WorkOrder | int,
    *,
    actor: User | None,
    until: dt.datetime | None = None,
    opinion: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Grant what was asked for, or with `until` another date within the same cap; the deadline moves at once."""
    turn = begin(order, Move.GRANT_EXTENSION, actor=actor, version=version, now=now)
    row = _row(turn)
    if row is None:
        raise InvalidMove(_("The rules of this district allow no extension."))
    given = until or open_request(turn, KIND).wanted_until
    if given is None:
        raise ValidationError({"until": _("Give the new date.")})
    _check_date(turn, row, given)
    approval = decide(turn, KIND, granted=True, opinion=opinion, granted_until=given)
    old, new = turn.clocks.extend(turn.order, given, turn.now)
    turn.order.extension_count += 1
    finish(
        turn,
        Move.GRANT_EXTENSION,
        note=opinion,
        reason=approval.reason,
        details={"from": old.isoformat(), "until": new.isoformat()},
    )
    tell_asker(turn, approval)
    return turn.order


@transaction.atomic
def refuse_extension(
    order: WorkOrder | int,
    *,
    actor: User | None,
    opinion: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Refuse with an opinion; the deadline stays as it is."""
    turn = begin(order, Move.REFUSE_EXTENSION, actor=actor, version=version, now=now)
    approval = decide(turn, KIND, granted=False, opinion=opinion)
    finish(turn, Move.REFUSE_EXTENSION, note=opinion, reason=approval.reason)
    tell_asker(turn, approval)
    return turn.order


def _row(turn: Turn) -> Limit | None:
    return turn.clocks.row(turn.order, Stage.EXTENSION, level_of(turn.order, turn.order.holder_id))


def _check_date(turn: Turn, row: Limit, until: dt.datetime) -> None:
    """Let the new deadline lie after the present one and after now, and not beyond the row's cap."""
    clock = StageClock.objects.running().get(order=turn.order, stage=Stage.HANDLE)
    if until <= clock.due_at or until <= turn.now:
        raise ValidationError({"until": _("The new date lies after the present deadline.")})
    latest = room.latest_extension(row, clock.due_at, turn.clocks.calendar)
    if until > latest:
        words = date_format(timezone.localtime(latest), "Y-m-d H:i")
        raise ValidationError({"until": _("At the latest %(latest)s.") % {"latest": words}})
