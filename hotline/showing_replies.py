"""Where replies are shown: a panel on the order's page, what a request's page says of its answer, counts."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids import panels
from grids.roles import Permission
from grids.standing import Standing
from hotline import plainness, recipients, reviewing, telling
from hotline.models import Reply, Request
from hotline.states import ReplyState, ReplyWay
from hotline.ways import PURPOSE, WAYS
from messaging.models import Message
from workorders import tiles
from workorders.answers import composed
from workorders.models import WorkOrder

SHOWN = 10


def register() -> None:
    panels.register(panels.Panel("replies", WorkOrder, "hotline/_order_reply.html", of_order, place=3))
    tiles.register("replies", bench_tiles)


def of_order(order: WorkOrder, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Answer the order page: its requests and its reply; None for orders that nobody asked about."""
    if not (order.profile or order.is_reply_due or order.answer):
        return None
    waiting = reach(order)
    if not waiting["all"]:
        return None
    replies = list(
        Reply.objects.filter(order=order).select_related("drafted_by", "reviewed_by", "unit").order_by("-id")
    )
    draft = next((reply for reply in replies if reply.state == ReplyState.DRAFT), None)
    return {
        "reach": waiting,
        "draft": draft,
        "earlier": [reply for reply in replies if reply is not draft][:SHOWN],
        "may_draft": reviewing.may_draft(order, who),
        "may_review": draft is not None and reviewing.may_review(draft, order, who),
        "matters": list(Request.objects.seen_by(who).filter(order=order).without_private().order_by("pk")[:SHOWN]),
    }


def reach(order: WorkOrder) -> dict[str, int]:
    """Count whom the order's reply reaches, by how it gets there; no identities: one query besides the order's own."""
    rows = Request.objects.filter(order__in=recipients.order_ids(order))
    open_ = Q(state__in=recipients.WAITING)
    counts: dict[str, int] = rows.aggregate(
        all=Count("pk"),
        open=Count("pk", filter=open_),
        message=Count("pk", filter=open_ & Q(reply_way__in=list(WAYS))),
        person=Count("pk", filter=open_ & Q(reply_way__in=[ReplyWay.PHONE, ReplyWay.LETTER])),
        told=Count("pk", filter=Q(told_at__isnull=False)),
    )
    return counts


def first_words(order: WorkOrder) -> str:
    """Return what the form begins with: the draft that came back, else the results."""
    back = Reply.objects.filter(order=order, state=ReplyState.RETURNED).order_by("-id").first()
    approved = Reply.objects.filter(order=order).approved().order_by("-id").first()
    if back is not None and (approved is None or back.pk > approved.pk):
        return back.text
    return order.answer or composed(order)


def of_request(matter: Request, who: Standing) -> dict[str, Any]:
    """Say on a request's page how its answer stands: the reply that waits, the message on its way."""
    draft = Reply.objects.filter(order=matter.order_id, state=ReplyState.DRAFT).first() if matter.order_id else None
    is_answered = matter.answered_at is not None and bool(matter.answer)
    may_tell = is_answered and matter.told_at is None and telling.may_tell(matter, who)
    return {
        "draft": draft,
        "message": Message.objects.about(PURPOSE, [matter.pk]).without_content().first() if is_answered else None,
        "may_tell": may_tell,
        "may_draft": matter.order is not None and reviewing.may_draft(matter.order, who),
    }


def findings(text: str) -> list[plainness.Finding]:
    return plainness.check(text)


def telling_waits(who: Standing, now: dt.datetime) -> "QuerySet[Any] | None":
    """Return the answers that the desk has to bring to their requesters, for the navigation; None for all others."""
    return telling.waiting(who) if who.has(Permission.INTAKE) else None


def bench_tiles(user: User, who: Standing, now: dt.datetime) -> Iterator[tiles.Tile]:
    """Offer the counts of what waits for a review and of what is to be told."""
    if who.has(Permission.HANDLE):
        rows = Reply.objects.to_review_by(who)
        yield tiles.Tile(_("Answers to review"), "message-check", "yellow", reverse("hotline:replies"), rows)
    if who.has(Permission.INTAKE):
        yield tiles.Tile(_("Answers to tell"), "phone-check", "brand", reverse("hotline:to-tell"), telling.waiting(who))
