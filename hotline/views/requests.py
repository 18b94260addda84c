"""Pages of hotline requests: the list, and one request."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import audit, keyset
from accounts.requests import UserRequest
from accounts.workbooks import CONTENT_TYPE
from grids.backends import standing_for
from grids.errors import Refused
from grids.models import Grid
from grids.roles import Permission
from grids.standing import Standing
from hotline import actions, identity, request_books, seeing, showing_replies
from hotline.actions import merging
from hotline.actions.acting import may
from hotline.models import Request
from hotline.querysets import RequestQuerySet
from hotline.request_lists import ROUGH, FilterForm, Tab, counts, rows_of, sort_of
from hotline.states import RequestState
from workorders import lists
from workorders.models import WorkOrder
from workorders.states import ReopenReason
from workorders.workflow import InvalidMove

MOST_JOINED = 50
HEAVY = ("requester_name", "requester_phone", "reply_address", "platform_row", "text", "answer")


def check_may(request: HttpRequest, permission: Permission) -> None:
    """Raise PermissionDenied where no post of the person gives the permission."""
    if not standing_for(request.user).has(permission):
        raise PermissionDenied(_("Your posts do not open this page."))


@require_GET
def requests(request: UserRequest) -> HttpResponse:
    """Show one tab of the requests that one may see, narrowed by the filters; none of them names a person."""
    check_may(request, Permission.VIEW_REQUESTS)
    who, now = standing_for(request.user), timezone.now()
    tab, form = _chosen(request)
    rows = _shown(form.apply(rows_of(tab, who, now)))
    context = {
        "page": keyset.page(request, rows, sort_of(tab)),
        "query": request.GET.urlencode(),
        "tab": tab,
        "tabs": _tabs(request, tab, counts(who, form, now)),
        "form": form,
        "may_work": who.has(Permission.INTAKE),
        "now": now,
    }
    return render(request, "hotline/requests.html", context)


@require_POST
def workbook(request: UserRequest) -> FileResponse:
    """Send the list as a workbook, as its tab and filters narrow it; that it was taken stays in the audit log."""
    check_may(request, Permission.VIEW_REQUESTS)
    now = timezone.now()
    tab, form = _chosen(request)
    rows = form.apply(rows_of(tab, standing_for(request.user), now)).select_related("street")
    file, count = request_books.write(_shown(rows).order_by(*sort_of(tab)), tab, form, request.user, now)
    audit.record(request.user, "hotline.export_requests", None, {"tab": tab, "count": count}, request=request)
    name = f"requests-{timezone.localtime(now):%Y%m%d-%H%M%S}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


@require_POST
def by_phone(request: UserRequest) -> HttpResponse:
    """List the requests of one phone, newest first; the number comes by POST, so that it stands in no address."""
    check_may(request, Permission.INTAKE)
    phone = identity.normal_phone(request.POST.get("phone", "")[:30])
    if not phone:
        return redirect("hotline:requests")
    found = Request.objects.visible_to(request.user).filter(phone_hash__in=identity.hashes(phone)).newest_first()
    rows = list(_shown(found)[:MOST_JOINED])
    audit.record(request.user, "hotline.find_by_phone", None, {"found": len(rows)}, request=request)
    return render(request, "hotline/by_phone.html", {"rows": rows, "most": MOST_JOINED, "now": timezone.now()})


def _chosen(request: UserRequest) -> tuple[str, FilterForm]:
    tab = request.GET.get("tab", "")
    form = FilterForm(request.GET, nodes=Grid.objects.visible_to(request.user))
    return (tab if tab in Tab.values else Tab.ALL.value), form


def _shown(rows: RequestQuerySet) -> RequestQuerySet:
    rows = rows.select_related("category", "grid", "community").without_private()
    return rows.defer(*HEAVY, "grid__boundary", "community__boundary", "street__boundary")


def _tabs(request: UserRequest, here: str, counted: dict[str, int]) -> list[dict[str, Any]]:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    found = []
    for name, label in Tab.choices:
        query["tab"] = name
        count = lists.said(counted[name], rough=name in ROUGH)
        found.append({"url": f"?{query.urlencode()}", "label": label, "count": count, "is_here": name == here})
    return found


@require_GET
def request_page(request: UserRequest, pk: int) -> HttpResponse:
    """Show one request: what is asked, where it stands, its history; who asks only to whom that is open."""
    seen = Request.objects.visible_to(request.user).select_related(
        "category__parent", "grid", "community", "street", "merged_into"
    )
    matter = get_object_or_404(seen.prefetch_related("photos"), pk=pk)
    orders = WorkOrder.objects.visible_to(request.user)
    who = standing_for(request.user)
    sees_identity = identity.may_see(matter, who)
    if sees_identity:
        seeing.note(request.user, matter, request)
    context: dict[str, Any] = {
        "matter": matter,
        "sees_identity": sees_identity,
        "order": orders.filter(pk=matter.order_id).first() if matter.order_id else None,
        "events": matter.events.select_related("actor").order_by("-id"),
        "answer": showing_replies.of_request(matter, who),
        "now": timezone.now(),
    } | _around(matter, who)
    return render(request, "hotline/request.html", context)


def _around(matter: Request, who: Standing) -> dict[str, Any]:
    """Return what was joined with a request, and what one may do with that."""
    may_work = may(who, Permission.INTAKE, matter)
    joined = matter.merged.all()
    if matter.order_id is not None:
        joined = joined | Request.objects.filter(order=matter.order_id).exclude(pk=matter.pk)
    merged = Request.objects.seen_by(who).filter(pk__in=joined.values("pk")).without_private()
    was_joined = may_work and (
        matter.state == RequestState.MERGED or (matter.state == RequestState.DISPATCHED and merging.was_joined(matter))
    )
    is_over = matter.state in {RequestState.ANSWERED, RequestState.CLOSED}
    until = actions.reopens_until(matter) if is_over and may(who, Permission.REOPEN, matter) else None
    return {
        "merged": list(merged.order_by("id")[:MOST_JOINED]),
        "may_work": may_work,
        "was_joined": was_joined,
        "may_reopen": until is not None and until >= timezone.now(),
        "reasons": ReopenReason.choices,
    }


@require_POST
def unmerge(request: UserRequest, pk: int) -> HttpResponse:
    """Take a request out again of what it was joined to."""
    check_may(request, Permission.INTAKE)
    matter = get_object_or_404(Request.objects.visible_to(request.user), pk=pk)
    try:
        actions.unmerge(matter, actor=request.user, version=_version(request))
        messages.success(request, _("It waits at the desk again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(matter)


@require_POST
def reopen(request: UserRequest, pk: int) -> HttpResponse:
    """Take an answered request up again, for a requester who says so at the desk or when called back."""
    matter = get_object_or_404(Request.objects.visible_to(request.user), pk=pk)
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "")[:500]
    try:
        actions.reopen(matter, actor=request.user, reason=reason, note=note, version=_version(request))
        messages.success(request, _("It is taken up again."))
    except (Refused, InvalidMove) as refusal:
        messages.error(request, str(refusal))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(matter)


def _version(request: HttpRequest) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() else None
