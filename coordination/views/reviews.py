"""Pages of joint reviews: the lists, convening, one review with its minutes and decision."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import keyset
from accounts.requests import UserRequest
from coordination import actions
from coordination.forms.reviews import CancelReviewForm, ConveneForm, CorrectionForm, DecideForm, MinutesForm
from coordination.models import JointReview
from coordination.querysets import ReviewTab
from coordination.states import Entry, Part, ReviewState
from coordination.views.whistles import number_in
from coordination.workflow import MEETABLE, entries_for, may_convene, why_not_convene
from grids.backends import standing_for
from grids.calendar import load_calendar
from grids.roles import Permission
from grids.standing import Standing
from workorders import lists
from workorders.forms.fields import add_errors
from workorders.models import WorkOrder
from workorders.querysets import OrderQuerySet
from workorders.states import OrderKind
from workorders.workflow import InvalidMove

CONFLICT = 409
OFFERED = 10


@require_GET
def reviews(request: UserRequest) -> HttpResponse:
    """Show the reviews that one may see, waiting or decided; and the climbed orders that one could put before one."""
    who, now = standing_for(request.user), timezone.now()
    sets = {tab.value: JointReview.objects.tab(tab, request.user) for tab in ReviewTab}
    counts = lists.counts(sets, rough={ReviewTab.DONE.value})
    here = request.GET.get("tab", "")
    here = here if here in sets else ReviewTab.WAITING.value
    sort = ("-finished_at", "-id") if here == ReviewTab.DONE else ("due_at", "id")
    offered = lists.for_rows(conveneable(who)).order_by(*lists.MOST_URGENT_FIRST)[:OFFERED]
    context: dict[str, Any] = {
        "page": keyset.page(request, sets[here].with_parties(), sort),
        "tabs": [(t, lists.said(counts[t.value], rough=t == ReviewTab.DONE), t.value == here) for t in ReviewTab],
        "tab": here,
        "offered": list(offered) if here == ReviewTab.WAITING else [],
        "now": now,
    }
    return render(request, "coordination/reviews.html", context)


def conveneable(who: Standing) -> OrderQuerySet:
    """Return the climbed orders at one's level that no meeting of that level has or had before it."""
    nodes = [post.node_id for post in who.nodes(Permission.REVIEW)]
    orders = WorkOrder.objects.open().filter(
        is_escalated=True, holder__in=nodes, state__in=MEETABLE, kind=OrderKind.INCIDENT
    )
    met = JointReview.objects.exclude(state=ReviewState.CANCELLED).filter(order=OuterRef("pk"), node=OuterRef("holder"))
    return orders.exclude(Exists(met))


@require_http_methods(["GET", "POST"])
def convene(request: UserRequest) -> HttpResponse:
    """Put `?order=` before a meeting."""
    if not standing_for(request.user).has(Permission.REVIEW):
        raise PermissionDenied(_("None of your posts lets you put an order before a meeting."))
    order = _order(request)
    now = timezone.now()
    refusal = "" if request.method == "POST" else str(why_not_convene(order) or "")
    data = request.POST if request.method == "POST" else None
    form = ConveneForm(data, node=order.holder, now=now, initial=_usual(order, now))
    status = 200
    try:
        if data is not None and form.is_valid():
            return redirect(actions.convene(order, actor=request.user, **form.cleaned_data))
        status = 200 if data is None else 400
    except InvalidMove as error:
        refusal, status = str(error), CONFLICT
        order.refresh_from_db()
        form.data = data.copy() if data is not None else {}
        form.data["version"] = str(order.version)
    except ValidationError as error:
        add_errors(form, error)
        status = 400
    return render(
        request, "coordination/review_convene.html", {"form": form, "order": order, "refusal": refusal}, status=status
    )


def _order(request: UserRequest) -> WorkOrder:
    orders = WorkOrder.objects.visible_to(request.user).select_related("category__parent", "holder", "district")
    order = orders.filter(pk=number_in(request.GET.get("order"))).first()
    if order is None:
        raise Http404
    if not may_convene(order, standing_for(request.user)):
        raise PermissionDenied(_("Only the level that has the order may put it before a meeting."))
    return order


def _usual(order: WorkOrder, now: dt.datetime) -> dict[str, Any]:
    """Propose the next morning, and the order's own deadline for the decision."""
    calendar = load_calendar()
    meets_at = calendar.add(now, 1, "working_day").replace(hour=9, minute=0, second=0, microsecond=0)
    due_at = (
        order.due_at if order.due_at is not None and order.due_at > meets_at else calendar.add(now, 3, "working_day")
    )
    return {"version": order.version, "meets_at": meets_at, "due_at": timezone.localtime(due_at)}


@require_GET
def review(request: UserRequest, pk: int) -> HttpResponse:
    """Show a review, printable as minutes, with what one may add as forms."""
    return page_of(request, get_object_or_404(JointReview.objects.visible_to(request.user).with_parties(), pk=pk))


def page_of(
    request: UserRequest,
    item: JointReview,
    *,
    wrong: tuple[Entry, Any] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page; `wrong` names the entry and the form that was filled wrongly."""
    may = entries_for(item, standing_for(request.user))
    bad = dict([wrong]) if wrong else {}
    units = list(item.units.all())
    entries = list(item.entries.select_related("actor").order_by("id"))
    context: dict[str, Any] = {
        "review": item,
        "order": item.order,
        "attending": [row.unit for row in units if row.part == Part.ATTEND],
        "assisting": [row.unit for row in units if row.part == Part.ASSIST],
        "entries": entries,
        "has_minutes": any(entry.kind == Entry.MINUTES for entry in entries),
        "forms": {kind.value: bad.get(kind) or _form(kind, item) for kind in may},
        "wrong": wrong[0].value if wrong else "",
        "has_gone_on": not item.is_final
        and (item.order.holder_id != item.node_id or bool(why_not_convene(item.order))),
        "now": timezone.now(),
        "refusal": refusal,
    }
    return render(request, "coordination/review.html", context, status=status)


def _form(kind: Entry, item: JointReview) -> forms.Form:
    if kind == Entry.MINUTES:
        return MinutesForm(auto_id="minutes_%s")
    if kind == Entry.DECIDE:
        return DecideForm(None, review=item, order=item.order, now=timezone.now())
    if kind == Entry.CORRECT:
        return CorrectionForm(auto_id="correct_%s")
    return CancelReviewForm(initial={"version": item.version}, auto_id="cancel_%s")
