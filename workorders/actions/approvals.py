"""Asking and deciding: one request of a kind at a time, decided by a second person, lapsed when its ground is gone.

Extension, suspension, explanation and exclusion all go through these; what a decision brings about is the business
of each (workorders/actions/extension.py and its neighbours). Call inside a turn, before `finish`:

    turn = begin(order, Move.REQUEST_EXTENSION, ...)       turn = begin(order, Move.GRANT_EXTENSION, ...)
    ask(turn, ApprovalKind.EXTENSION, note=note, ...)      approval = decide(turn, ApprovalKind.EXTENSION, ...)
    finish(turn, Move.REQUEST_EXTENSION, ...)              finish(turn, Move.GRANT_EXTENSION, ...)
    tell_approvers(turn, ApprovalKind.EXTENSION)           tell_asker(turn, approval)

`finish` itself lets requests lapse whose order left the handler's hands (workorders/lapsing.py).
"""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from grids.roles import Permission
from workorders import lapsing, people
from workorders.actions.moving import Turn, tell
from workorders.models import Approval
from workorders.states import ApprovalKind, ApprovalState
from workorders.workflow import InvalidMove

DECIDES = dict.fromkeys(ApprovalKind, Permission.APPROVE) | {ApprovalKind.EXCLUSION: Permission.EXCLUDE}
"""Whose decision each kind is."""


def ask(
    turn: Turn,
    kind: ApprovalKind,
    *,
    reason: str = "",
    note: str = "",
    basis: str = "",
    wanted_until: dt.datetime | None = None,
) -> Approval:
    """Put down what the actor asks for. Raises InvalidMove while another request of the kind is open.

    `reason` is a code of the caller's list; `note` explains and must not be empty; `basis` names law or rule.
    """
    if turn.actor is None:
        raise PermissionDenied(_("Only a person can ask for this."))
    if kind in turn.order.pending_approvals:
        raise InvalidMove(_("This was asked for already and is not decided yet."))
    if not note.strip():
        raise ValidationError({"note": _("Give the reason.")})
    turn.order.pending_approvals = [*turn.order.pending_approvals, kind.value]
    return Approval.objects.create(
        district_id=turn.order.district_id,
        order=turn.order,
        kind=kind,
        asked_by=turn.actor,
        asked_at=turn.now,
        reason=reason,
        note=note.strip(),
        basis=basis.strip(),
        wanted_until=wanted_until,
    )


def open_request(turn: Turn, kind: ApprovalKind) -> Approval:
    """Return the order's open request of this kind; raises InvalidMove where there is none."""
    found = Approval.objects.filter(order=turn.order, kind=kind, state=ApprovalState.OPEN).first()
    if found is None:
        raise InvalidMove(_("Nothing of this kind waits for a decision."))
    return found


def decide(
    turn: Turn, kind: ApprovalKind, *, granted: bool, opinion: str = "", granted_until: dt.datetime | None = None
) -> Approval:
    """Decide the open request; a refusal needs an opinion. `granted_until` None grants the date that was asked for.

    Raises InvalidMove where nothing is open, PermissionDenied for whoever asked, ValidationError naming `opinion`.
    """
    approval = open_request(turn, kind)
    if turn.actor is None or approval.asked_by_id == turn.actor.pk:
        raise PermissionDenied(_("A second person decides on this, not the one who asked."))
    if not granted and not opinion.strip():
        raise ValidationError({"opinion": _("Give your opinion.")})
    until = granted_until or approval.wanted_until
    approval.state = ApprovalState.REFUSED
    if granted:
        approval.state = ApprovalState.GRANTED if until == approval.wanted_until else ApprovalState.CHANGED
        approval.granted_until = until
    approval.decided_by, approval.decided_at, approval.opinion = turn.actor, turn.now, opinion.strip()
    approval.save(update_fields=["state", "granted_until", "decided_by", "decided_at", "opinion"])
    turn.order.pending_approvals = [open_kind for open_kind in turn.order.pending_approvals if open_kind != kind]
    return approval


def lapse(turn: Turn, *kinds: ApprovalKind) -> list[str]:
    """Let open requests of these kinds (all when none is named) lapse by hand; returns which did."""
    return lapsing.lapse(turn.order, kinds or tuple(ApprovalKind), turn.now)


def tell_approvers(turn: Turn, kind: ApprovalKind) -> None:
    """Tell who may decide at the nearest level; a kind's notice is `<kind>_asked` (workorders/notice_kinds.py)."""
    order = turn.order
    except_user = turn.actor.pk if turn.actor else None
    _node, able = people.nearest(order, order.holder_id, DECIDES[kind], turn.now, except_user=except_user)
    tell(turn, f"{kind}_asked", able)


def tell_asker(turn: Turn, approval: Approval) -> None:
    """Tell who asked, and who handles the order now, what was decided: `<kind>_granted` or `<kind>_refused`."""
    word = "refused" if approval.state == ApprovalState.REFUSED else "granted"
    tell(turn, f"{approval.kind}_{word}", [approval.asked_by_id, turn.order.assignee_id])
