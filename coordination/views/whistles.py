"""Pages of whistles: the lists, calling units, one whistle."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import keyset
from accounts.requests import UserRequest
from coordination import actions
from coordination.forms.whistles import BlowForm, CancelForm, CloseForm, RateForm, ReportForm
from coordination.models import Summons, Whistle
from coordination.querysets import WhistleTab
from coordination.states import Act, Attendance
from coordination.workflow import acts_for, calling_nodes
from grids.backends import standing_for
from grids.models import Grid
from grids.standing import Standing
from workorders import lists
from workorders.forms.fields import add_errors
from workorders.models import WorkOrder


@require_GET
def whistles(request: UserRequest) -> HttpResponse:
    """Show one list of whistles: those that call me, ours, my area's, past ones."""
    who = standing_for(request.user)
    sets = {tab.value: Whistle.objects.tab(tab, request.user) for tab in WhistleTab}
    counts = lists.counts(sets, rough={WhistleTab.PAST.value})
    here = request.GET.get("tab", "")
    if here not in sets:
        here = next((name for name in sets if counts[name]), WhistleTab.CALLED.value)
    sort = ("-finished_at", "-id") if here == WhistleTab.PAST else ("due_at", "id")
    rows = sets[here].with_parties()
    page = keyset.page(request, rows, sort)
    context: dict[str, Any] = {
        "page": page,
        "rows": [(whistle, _mine(whistle, who)) for whistle in page.rows],
        "tabs": [(t, lists.said(counts[t.value], rough=t == WhistleTab.PAST), t.value == here) for t in WhistleTab],
        "tab": here,
        "now": timezone.now(),
        "may_blow": bool(calling_nodes(who)),
    }
    return render(request, "coordination/whistles.html", context)


def _mine(whistle: Whistle, who: Standing) -> list[Summons]:
    """Return the parts of one's own units that can check in now."""
    return [s for s in whistle.summons.all() if Act.CHECK_IN in acts_for(whistle, who, s)]


@require_http_methods(["GET", "POST"])
def blow(request: UserRequest) -> HttpResponse:
    """Call units together, from `?node=`, if wished about `?order=`."""
    ids = calling_nodes(standing_for(request.user))
    if not ids:
        raise PermissionDenied(_("None of your posts lets you call units together."))
    nodes = {node.pk: node for node in Grid.objects.filter(pk__in=ids).defer("boundary", "duties").order_by("lft")}
    order = _about(request)
    node = nodes.get(number_in(request.GET.get("node"))) or _nearest(nodes, order)
    data = request.POST if request.method == "POST" else None
    form = BlowForm(data, node=node, now=timezone.now(), initial=_from_order(order))
    status = 200
    if data is not None:
        status = 400
        try:
            if form.is_valid():
                return redirect(actions.blow(actor=request.user, node=node, order=order, **form.arguments()))
        except ValidationError as error:
            add_errors(form, error)
    context = {"form": form, "node": node, "nodes": list(nodes.values()), "order": order}
    return render(request, "coordination/whistle_blow.html", context, status=status)


def number_in(text: str | None) -> int:
    """Read a key from an address; 0 for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0


def _about(request: UserRequest) -> WorkOrder | None:
    if "order" not in request.GET:
        return None
    orders = WorkOrder.objects.visible_to(request.user).open().select_related("category__parent")
    order = orders.filter(pk=number_in(request.GET["order"])).first()
    if order is None:
        raise Http404
    return order


def _nearest(nodes: dict[int, Grid], order: WorkOrder | None) -> Grid:
    """Return the lowest of one's nodes on the order's path, else the first."""
    on_path = [nodes[pk] for pk in reversed(order.path_ids) if pk in nodes] if order is not None else []
    return on_path[0] if on_path else next(iter(nodes.values()))


def _from_order(order: WorkOrder | None) -> dict[str, Any]:
    if order is None:
        return {}
    return {"place": order.address, "lng": order.lng, "lat": order.lat}


@require_GET
def whistle(request: UserRequest, pk: int) -> HttpResponse:
    """Show a whistle: what for, who came, what they did; with what one may do as buttons."""
    item = get_object_or_404(Whistle.objects.visible_to(request.user).with_parties(), pk=pk)
    return page_of(request, item)


def page_of(
    request: UserRequest,
    item: Whistle,
    *,
    wrong: tuple[Act, int, Any] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page; `wrong` names the act, the unit's key and the form that was filled wrongly."""
    who = standing_for(request.user)
    acts = acts_for(item, who)
    bad = {(wrong[0], wrong[1]): wrong[2]} if wrong else {}
    parts = [_part(item, s, who, bad) for s in item.summons.all()]
    version = {"version": item.version}
    context: dict[str, Any] = {
        "whistle": item,
        "parts": sorted(parts, key=lambda part: not part["is_mine"]),
        "came": sum(s.came for s in item.summons.all()),
        "check_ins": [part["summons"] for part in parts if Act.CHECK_IN in part["acts"]],
        "close_form": bad.get((Act.CLOSE, 0)) or CloseForm(initial=version, auto_id="close_%s")
        if Act.CLOSE in acts
        else None,
        "cancel_form": bad.get((Act.CANCEL, 0)) or CancelForm(initial=version, auto_id="cancel_%s")
        if Act.CANCEL in acts
        else None,
        "events": item.events.select_related("actor", "unit").order_by("-id"),
        "order": WorkOrder.objects.visible_to(request.user).filter(pk=item.order_id).first() if item.order_id else None,
        "marker": "{},{}".format(*item.point) if item.point else "",
        "now": timezone.now(),
        "refusal": refusal,
    }
    return render(request, "coordination/whistle.html", context, status=status)


def _part(item: Whistle, summons: Summons, who: Standing, bad: dict[tuple[Act, int], Any]) -> dict[str, Any]:
    acts = acts_for(item, who, summons)
    unit = summons.unit_id
    report, rating = bad.get((Act.REPORT, unit)), bad.get((Act.RATE, unit))
    given = {"rating": summons.rating or 5, "note": summons.rating_note}
    return {
        "summons": summons,
        "acts": acts,
        "is_mine": unit in who.unit_ids,
        "is_missing": summons.attendance in {Attendance.AWAITED, Attendance.ABSENT},
        "report_form": report or ReportForm(initial={"words": summons.report}, auto_id=f"report{unit}_%s")
        if Act.REPORT in acts
        else None,
        "rate_form": rating or RateForm(initial=given, auto_id=f"rate{unit}_%s") if Act.RATE in acts else None,
        "is_open": bool(report or rating),
    }
