"""The desk ends a request itself: by a direct answer, or by not taking it on."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from grids.roles import Permission
from hotline.actions.acting import Turn, begin, finish
from hotline.actions.sending import send_answer
from hotline.models import Reply, Request, Snippet
from hotline.states import AT_THE_DESK, Act, RefuseReason, ReplyState, ReplyWay, RequestSource, RequestState
from residents.errors import NotPossible

LONGEST_ANSWER = 2000
SPOKEN = frozenset({RequestSource.PHONE, RequestSource.COUNTER})


@transaction.atomic
def answer_directly(
    matter: Request | int,
    *,
    actor: User,
    answer: str,
    snippet: Snippet | int | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Request:
    """Answer an enquiry, a suggestion or praise at the desk; it is closed with it, and what was joined to it too.

    `snippet` is the knowledge that the answer began with; its use is counted. Raises ValidationError naming the field,
    NotPossible for kinds that become orders (DOMAIN.md §2.9), Stale, PermissionDenied.
    """
    states = {RequestState.RECEIVED}
    turn = begin(matter, actor=actor, states=states, permission=Permission.INTAKE, version=version, now=now)
    if turn.matter.kind not in AT_THE_DESK:
        kind = turn.matter.get_kind_display()
        raise NotPossible(
            _("A request of the kind “%(kind)s” is dispatched; the desk does not end it.") % {"kind": kind}
        )
    if not answer.strip():
        raise ValidationError({"answer": _("Write the answer.")})
    if len(answer) > LONGEST_ANSWER:
        raise ValidationError({"answer": _("Keep the answer within 2,000 characters.")})
    pk = snippet.pk if isinstance(snippet, Snippet) else snippet
    if pk is not None:
        Snippet.objects.filter(pk=pk, district=turn.matter.district_id).update(used_count=F("used_count") + 1)
    _answer(turn, answer.strip(), {"snippet": pk} if pk is not None else {})
    for other in turn.matter.merged.select_for_update(of=("self",)).order_by("pk"):
        _answer(_along(turn, other), answer.strip(), {"with": turn.matter.pk})
    return turn.matter


def _along(turn: Turn, other: Request) -> Turn:
    """Begin the same act on a request that was joined to this one, and takes its way from now on."""
    other.merged_into = None
    return Turn(other, turn.actor, turn.who, turn.now, other.state, turn.permission)


def _answer(turn: Turn, answer: str, details: dict[str, int]) -> None:
    item = turn.matter
    item.answer, item.answered_at = answer, item.answered_at or turn.now
    item.claimed_by, item.claimed_at = None, None
    turn.to(RequestState.CLOSED)
    Reply.objects.create(
        matter=item,
        text=answer,
        state=ReplyState.APPROVED,
        drafted_by=turn.actor,
        drafted_at=turn.now,
        reviewed_by=turn.actor,
        reviewed_at=turn.now,
    )
    if item.source in SPOKEN and item.reply_way == ReplyWay.PHONE:
        item.told_at = turn.now  # they are on the line, or before the counter
    elif message := send_answer(item, answer, actor=turn.actor, now=turn.now):
        details["message"] = message.pk
    finish(turn, Act.ANSWER_DIRECTLY, details=dict(details))


@transaction.atomic
def refuse(
    matter: Request | int,
    *,
    actor: User,
    reason: str,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Request:
    """Do not take a request on, for a reason of the list; “other” needs words. Raises as `answer_directly` does."""
    states = {RequestState.RECEIVED}
    turn = begin(matter, actor=actor, states=states, permission=Permission.INTAKE, version=version, now=now)
    if reason not in RefuseReason.values:
        raise ValidationError({"reason": _("Choose the reason from the list.")})
    if reason == RefuseReason.OTHER and not note.strip():
        raise ValidationError({"note": _("Give the reason.")})
    turn.matter.refusal = reason
    turn.matter.claimed_by, turn.matter.claimed_at = None, None
    turn.to(RequestState.REFUSED)
    return finish(turn, Act.REFUSE, note=note, details={"reason": reason})
