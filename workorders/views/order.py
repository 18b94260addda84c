"""The page of one order, the reasons behind it, and the resident's contact."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.kept import Joined, Kept
from accounts.requests import UserRequest
from facilities.querysets import is_seen
from grids import panels
from grids.backends import standing_for
from workorders import flow, reasons, why
from workorders.chain import chain_of
from workorders.forms.pages import MOVE_PAGES
from workorders.models import Escalation, Photo, PhotoKind, WorkOrder
from workorders.offers import moves_offered
from workorders.querysets import OrderQuerySet
from workorders.workflow import sees_contact


def _whole(pk: int) -> OrderQuerySet:
    """Return an order with the nodes, people and units that its pages name."""
    return (
        WorkOrder.objects.filter(pk=pk)
        .with_nodes("district", "street", "community", "co_community", "grid", "holder", "accountable_node")
        .select_related("category__parent", "reporter", "assignee", "handler", "lead_unit", "parent")
        .select_related("facility__kind")
        .select_related("accountable_unit", "transfer_unit")
    )


_WHOLE = Joined(_whole, pk=-1)
"""It joins eighteen tables: planned once, it is read in a tenth of the time."""
_PHOTOS = Kept(lambda order: Photo.objects.filter(order=order), order=-1)
_CLIMBS = Joined(lambda order: Escalation.objects.filter(order=order).select_related("struck_off_by"), order=-1)


def _seen(request: UserRequest, pk: int) -> WorkOrder:
    """Return an order with all that its pages name: two queries. Raises Http404 where this person may not see it.

    Who loses sight of it between the two sees it once more; a contact is shown by what the second one reads.
    """
    if WorkOrder.objects.visible_to(request.user).filter(pk=pk).exists():
        for order in _WHOLE.instances(pk=pk):
            return order
    raise Http404


@require_GET
def detail(request: UserRequest, pk: int) -> HttpResponse:
    """Show an order: what it is, where it stands, what one may do."""
    order = _seen(request, pk)
    who = standing_for(request.user)
    photos = _PHOTOS.instances(order=order.pk)
    moves = [(move, MOVE_PAGES[move]) for move in moves_offered(order, who)]
    now = timezone.now()
    context: dict[str, Any] = {
        "order": order,
        "now": now,
        "before": [photo for photo in photos if photo.kind == PhotoKind.BEFORE],
        "after": [photo for photo in photos if photo.kind == PhotoKind.AFTER],
        "events": flow.record(order),
        "chain": chain_of(order, _CLIMBS.instances(order=order.pk) if order.is_escalated else []),
        "usual": moves[0] if moves else None,
        "others": moves[1:],
        "marker": "{},{}".format(*order.point) if order.point else "",
        "panels": panels.rendered(request, order, "order"),
        "sees_facility": order.facility is not None and is_seen(who, order.facility.path_ids),
        "has_contact": bool(order.contact_name or order.contact_phone) and sees_contact(order, who),
    }
    return render(request, "workorders/detail.html", context)


@require_GET
def printed(request: UserRequest, pk: int) -> HttpResponse:
    """Show an order for paper: facts, photos and flow record; never the resident's contact."""
    order = _seen(request, pk)
    photos = _PHOTOS.instances(order=order.pk)
    context: dict[str, Any] = {
        "order": order,
        "now": timezone.now(),
        "before": [photo for photo in photos if photo.kind == PhotoKind.BEFORE],
        "after": [photo for photo in photos if photo.kind == PhotoKind.AFTER],
        "events": flow.record(order, newest_first=False),
    }
    return render(request, "workorders/print.html", context)


@require_GET
def why_page(request: UserRequest, pk: int) -> HttpResponse:
    """Say why the order is whose, with its holder, due when it is, and did or did not climb (a fragment for htmx)."""
    order = _seen(request, pk)
    now, who = timezone.now(), standing_for(request.user)
    stories = why.stories(order, now)
    running = [story for story in stories if story.is_running]
    context = {
        "order": order,
        "now": now,
        "waits": reasons.waits_for(order, who),
        "yours": reasons.yours(order, who, moves_offered(order, who)),
        "climbs": reasons.climbs(
            order,
            order.escalations.select_related("from_node", "to_node").defer("from_node__boundary", "to_node__boundary"),
            [(story.explanation.clock.stage, story.decision) for story in running],
        ),
        "holding": why.holding(order),
        "running": running,
        "stopped": [story for story in stories if not story.is_running],
    }
    template = "workorders/why.html#why" if request.htmx else "workorders/why.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_POST
def contact(request: UserRequest, pk: int) -> HttpResponse:
    """Show the resident's contact once; that it was looked at stays in the audit log."""
    order = _seen(request, pk)
    if not sees_contact(order, standing_for(request.user)):
        raise PermissionDenied
    audit.record(request.user, "workorders.show_contact", order, request=request)
    return render(request, "workorders/contact.html", {"order": order})
