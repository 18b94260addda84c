"""Replies: drafted by who handles the matter, reviewed by who answers for it, sent to all who asked."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.models import User
from grids.backends import standing_for
from grids.standing import Standing
from hotline import plainness, recipients, reviewing
from hotline.actions import sending
from hotline.actions.acting import Turn, finish, record
from hotline.models import Reply, Request
from hotline.states import Act, ReplyState, RequestState
from residents.errors import NotPossible, Stale
from workorders.actions.replying import reply_given
from workorders.models import WorkOrder


@dataclass
class Sitting:
    """A reply of an order being worked on, all rows locked."""

    order: WorkOrder
    reply: Reply
    actor: User
    who: Standing
    now: dt.datetime


@transaction.atomic
def draft(
    order: WorkOrder | int, *, actor: User, text: str, version: int | None = None, now: dt.datetime | None = None
) -> Reply:
    """Write the reply of an order, or write the waiting draft anew; it then waits for its review.

    `version` is that of the draft that the form showed. Raises ValidationError for a reply that says nothing, Stale,
    NotPossible, PermissionDenied.
    """
    moment, who = now or timezone.now(), standing_for(actor)
    item = _locked(order)
    if not reviewing.may_draft(item, who):
        raise PermissionDenied(_("The reply is written by who handles the order, while it is in hand."))
    matters = recipients.of_order(item)
    if not matters:
        raise NotPossible(_("Nobody waits for a reply about this order."))
    check(text, matters)
    reply = Reply.objects.select_for_update().filter(order=item, state=ReplyState.DRAFT).first() or Reply(order=item)
    if version is not None and reply.pk and reply.version != version:
        raise Stale(
            _("Somebody wrote this reply anew meanwhile. Look at it, then decide again."), version=reply.version
        )
    reply.version += 1 if reply.pk else 0
    reply.text, reply.drafted_by, reply.drafted_at = text.strip(), actor, moment
    reply.unit_id = item.lead_unit_id if item.lead_unit_id in who.unit_ids else next(iter(who.unit_ids), None)
    able = reviewing.send_to_review(reply, item, moment)
    reply.save()
    _note(matters, Act.DRAFT, reply, actor, moment)
    notices.send(able, "reply_to_review", {"number": item.number}, reply.get_absolute_url(), now=moment)
    return reply


def check(text: str, matters: list[Request]) -> list[plainness.Finding]:
    """Return what the plain-language check warns of; raises ValidationError for what must not go out."""
    findings = plainness.check(text)
    refused = [str(finding.code.label) for finding in plainness.refusals(findings)]
    if not refused and recipients.names_somebody(text, matters):
        refused = [_("It names one of several who asked, or their phone; all of them get it. Leave that out.")]
    if refused:
        raise ValidationError({"text": refused})
    return plainness.warnings(findings)


@transaction.atomic
def send_back(
    reply: Reply | int, *, actor: User, remark: str, version: int | None = None, now: dt.datetime | None = None
) -> Reply:
    """Return a draft to who wrote it, with what is to be mended; they write another."""
    sitting = _sit(reply, actor, version, now)
    if not remark.strip():
        raise ValidationError({"remark": _("Say what is to be mended.")})
    sitting.reply.remark = remark.strip()
    _decide(sitting, ReplyState.RETURNED)
    _note(recipients.of_order(sitting.order), Act.RETURN_REPLY, sitting.reply, actor, sitting.now, remark)
    _tell_drafter(sitting, "reply_returned")
    return sitting.reply


@transaction.atomic
def approve(
    reply: Reply | int,
    *,
    actor: User,
    text: str = "",
    reason: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Reply:
    """Approve a draft, as it is or as the reviewer corrected it (`text`), and send it to all who asked.

    What the plain-language check warns of goes out only with a `reason`. It becomes the order's one answer
    (docs/adr/0006). Raises ValidationError, Stale, NotPossible while there is no result, PermissionDenied.
    """
    sitting = _sit(reply, actor, version, now)
    order, item = sitting.order, sitting.reply
    if order.state not in reviewing.APPROVED_IN:
        raise NotPossible(_("The order has no result yet; then the reply can be approved."))
    matters = recipients.of_order(order)
    is_corrected = bool(text.strip()) and text.strip() != item.text
    item.text = text.strip() or item.text
    warned = check(item.text, matters)
    if warned and not reason.strip():
        raise ValidationError({"reason": _("Say why it goes out although the check warns of it.")})
    item.warnings, item.remark = [finding.code.value for finding in warned], reason.strip()
    _decide(sitting, ReplyState.APPROVED)
    reply_given(order, item.text)
    for matter in matters:
        _answer(matter, sitting, is_corrected)
    _tell_drafter(sitting, "reply_approved")
    return item


def _answer(matter: Request, sitting: Sitting, is_corrected: bool) -> None:
    turn = Turn(matter, sitting.actor, sitting.who, sitting.now, matter.state)
    matter.answer, matter.answered_at = sitting.reply.text, matter.answered_at or sitting.now
    if matter.state != RequestState.MERGED:
        turn.to(RequestState.ANSWERED)
    message = sending.send_answer(matter, sitting.reply.text, actor=sitting.actor, now=sitting.now)
    details: dict[str, object] = {"reply": sitting.reply.pk}
    details |= {"message": message.pk} if message else {}
    details |= {"corrected": True} if is_corrected else {}
    details |= {"warnings": sitting.reply.warnings} if sitting.reply.warnings else {}
    finish(turn, Act.APPROVE_REPLY, note=sitting.reply.remark, details=details)


def _locked(order: WorkOrder | int) -> WorkOrder:
    pk = order if isinstance(order, int) else order.pk
    found: WorkOrder = WorkOrder.objects.select_for_update(of=("self",)).get(pk=pk)
    return found


def _sit(reply: Reply | int, actor: User, version: int | None, now: dt.datetime | None) -> Sitting:
    """Lock order and reply, in this order, and check that this person may review it."""
    pk = reply if isinstance(reply, int) else reply.pk
    order_id = Reply.objects.values_list("order", flat=True).get(pk=pk)
    if order_id is None:
        raise NotPossible(_("This reply is decided already."))
    order = _locked(order_id)
    locked = Reply.objects.select_for_update().get(pk=pk)
    if version is not None and locked.version != version:
        raise Stale(
            _("Somebody wrote this reply anew meanwhile. Look at it, then decide again."), version=locked.version
        )
    if locked.state != ReplyState.DRAFT or order.is_final:
        raise NotPossible(_("This reply is decided already."))
    who = standing_for(actor)
    if not reviewing.may_review(locked, order, who):
        raise PermissionDenied(_("A reply is reviewed by who answers for the order, not by who wrote it."))
    return Sitting(order, locked, actor, who, now or timezone.now())


def _decide(sitting: Sitting, state: ReplyState) -> None:
    item = sitting.reply
    item.state, item.reviewed_by, item.reviewed_at = state, sitting.actor, sitting.now
    item.version += 1
    item.save()


def _note(matters: list[Request], act: Act, reply: Reply, actor: User, now: dt.datetime, note: str = "") -> None:
    for matter in matters:
        record(matter, act, actor=actor, now=now, from_state=matter.state, note=note, details={"reply": reply.pk})


def _tell_drafter(sitting: Sitting, kind: str) -> None:
    drafter, order = sitting.reply.drafted_by_id, sitting.order
    if drafter is not None and drafter != sitting.actor.pk:
        notices.send([drafter], kind, {"number": order.number}, order.get_absolute_url(), now=sitting.now)
